import { HELD_STAYS_MS } from '../../../collector/src/conduct/alerts/read-facts.ts';
import { MOST_HELD_BESIDE_USES, MOST_HELD_PER_KEY } from '../../../collector/src/conduct/enroll/held-book.ts';
import { FIRST_ANSWERS_WITHIN_MS } from '../../../collector/src/conduct/enroll/meet-with-key.ts';
import { LEARNED_WRITTEN_EVERY_MS } from '../../../collector/src/conduct/enroll/note-learned.ts';
import { DOORS_COMPARED_EVERY_MS } from '../../../collector/src/conduct/enroll/tell-doors.ts';
import { BEGUN_A_TURN, HEARD_AT_ONCE, TURNS_A_STEP } from '../../../collector/src/coordinate/line.ts';
import { STOP_PATIENCE_MS } from '../../../collector/src/io/agent-server.ts';
import { BACKLOG_LIMIT_BYTES, CLOSE_PATIENCE_MS } from '../../../collector/src/io/agents/agent-socket.ts';
import { SPEAKS_WITHIN_MS, UPGRADE_TIMEOUT_MS } from '../../../collector/src/io/agents/arrivals.ts';
import { FIRST_RECORD_LIMIT_BYTES } from '../../../collector/src/io/agents/tell-apart.ts';
import { MOST_HOST_KEYS } from '../../../collector/src/io/host-keys/open-host-keys.ts';
import { MOST_PEM_BYTES } from '../../../collector/src/io/host-keys/operator-key.ts';
import { EARLY_LIMIT_BYTES } from '../../../collector/src/link/allowance.ts';
import { BOOTS_REMEMBERED, GUESTS_REMEMBERED } from '../../../collector/src/link/clones.ts';
import { LONGEST_SHARED, MOST_SHARED } from '../../../collector/src/link/compact.ts';
import { KEPT_FOR_THE_HOST } from '../../../collector/src/link/fit-budgets.ts';
import { BYTES, FRAMES } from '../../../collector/src/link/frame-budget.ts';
import { GUEST_PART, LEAST_GREETINGS_KEPT } from '../../../collector/src/link/greetings.ts';
import { STRANGERS_A_SHARE } from '../../../collector/src/link/guest-budgets.ts';
import { WAITING_BYTES } from '../../../collector/src/link/place-at-door.ts';
import { SUBJECTS_REMEMBERED } from '../../../collector/src/link/quiet-log.ts';
import { GREETING_TIMEOUT_MS, PROOFS_REMEMBERED, TRIMS_REMEMBERED } from '../../../collector/src/link/session.ts';
import { BUCKETS_KEPT } from '../../../collector/src/link/shared-buckets.ts';
import { TAKEOVERS_REMEMBERED } from '../../../collector/src/link/takeovers.ts';
import { ADDRESSES_NAMED, TOLD_MS } from '../../../collector/src/link/turned-away.ts';
import { constant, type LimitSection, setting } from './limit.ts';

const AWAY = 'closed with 1013 and the reason; the log tells of each address once a minute';

export const SESSIONS: LimitSection = {
  title: 'Connections of agents',
  said: 'Held at the door of the collector, before anything is stored. A guest that a source of this host tells of is known; all others are strangers.',
  limits: [
    setting({
      what: 'guests connected',
      setting: 'connections',
      atIt: `a known guest takes the place of a stranger, of the address that has most of them; else the newest is ${AWAY}`,
    }),
    setting({
      what: 'guests connected from an address, and greeted a minute; a /64 of IPv6 is one address',
      setting: 'connectionsPerAddress',
      atIt: `the newest is ${AWAY}`,
    }),
    setting({
      what: 'connections that have said no hello; beside them as many that have, of guests that the host did not tell of when it was last read, until it is read anew',
      setting: 'halfOpen',
      atIt: `the oldest of the address that has most of them is cut, and the newest stays; of those that have said hello, the newest of the address that has most is ${AWAY}`,
    }),
    setting({
      what: 'the same from an address',
      setting: 'halfOpenPerAddress',
      atIt: `the oldest of them is cut, and the newest stays; of those that have said hello, the newest is ${AWAY}`,
    }),
    setting({
      what: 'strangers connected, and half of those that are greeted a minute',
      setting: 'strangers',
      atIt: `one of an address that has more of them goes, else the newest is ${AWAY}`,
    }),
    setting({
      what: 'strangers connected from an address, and greeted a minute',
      setting: 'strangersPerAddress',
      atIt: `the newest is ${AWAY}`,
    }),
    setting({
      what: 'inventories of known guests together, as they are sent',
      setting: 'inventories',
      atIt: `the session with the largest is ${AWAY}`,
    }),
    setting({
      what: 'inventories of strangers together, as they are sent',
      setting: 'strangerInventories',
      atIt: `the session with the largest is ${AWAY}`,
    }),
    constant({
      what: 'messages of all guests that wait to be dealt with, reports above all',
      file: 'collector/src/link/place-at-door.ts',
      constants: { WAITING_BYTES },
      atIt: `the session of the next is ${AWAY}; it sends again what was not acknowledged`,
    }),
    constant({
      what: 'open files that are left to the rest of the collector',
      file: 'collector/src/link/fit-budgets.ts',
      constants: { KEPT_FOR_THE_HOST },
      atIt: 'where the process may open too few, fewer guests can be connected, and the log says so at the start',
    }),
    constant({
      what: 'time from the first packet to the first byte, and again from its turn to the upgrade, with the TLS handshake',
      file: 'collector/src/io/agents/arrivals.ts',
      constants: { UPGRADE_TIMEOUT_MS },
      atIt: 'the connection is cut',
    }),
    constant({
      what: 'time for the answer to a close frame',
      file: 'collector/src/io/agents/agent-socket.ts',
      constants: { CLOSE_PATIENCE_MS },
      atIt: 'the connection is cut',
    }),
    constant({
      what: 'time for all goodbyes when the collector stops',
      file: 'collector/src/io/agent-server.ts',
      constants: { STOP_PATIENCE_MS },
      atIt: 'the connections are cut',
    }),
    constant({
      what: 'steps by which guests are let in that begin before others have their turn: a TLS handshake, a challenge',
      file: 'collector/src/coordinate/line.ts',
      constants: { BEGUN_A_TURN },
      atIt: 'the next stands in line, and no time of it is counted meanwhile; so all others are served also while thousands come',
    }),
    constant({
      what: 'of so many turns one is for those in line, while somebody waits to be told of the host',
      file: 'collector/src/coordinate/line.ts',
      constants: { TURNS_A_STEP },
      atIt: 'the others are for the answer',
    }),
    constant({
      what: 'connections that are heard and have said nothing as agents yet',
      file: 'collector/src/coordinate/line.ts',
      constants: { HEARD_AT_ONCE },
      atIt: 'the next stands in line until one of them has spoken, or has taken its time',
    }),
    constant({
      what: 'time for that',
      file: 'collector/src/io/agents/arrivals.ts',
      constants: { SPEAKS_WITHIN_MS },
      atIt: 'it goes on, and the next is heard beside it',
    }),
    constant({
      what: 'keys that the collector has at one time, of which one is in use',
      file: 'collector/src/io/host-keys/open-host-keys.ts',
      constants: { MOST_HOST_KEYS },
      atIt: '`trimtab keys rotate` says when the first of them is over',
    }),
    constant({
      what: 'a certificate of the operator with its chain, or its key',
      file: 'collector/src/io/host-keys/operator-key.ts',
      constants: { MOST_PEM_BYTES },
      atIt: 'the collector does not start, and says so',
    }),
    constant({
      what: 'time for `hello`, and again for `credential`; trims and proofs that a session remembers',
      file: 'collector/src/link/session.ts',
      constants: { GREETING_TIMEOUT_MS, TRIMS_REMEMBERED, PROOFS_REMEMBERED },
      atIt: 'the session is closed with 4408; the oldest trim or proof is forgotten',
    }),
    constant({
      what: 'time for the guest that is connected to answer a ping, when another shows its key',
      file: 'collector/src/conduct/enroll/meet-with-key.ts',
      constants: { FIRST_ANSWERS_WITHIN_MS },
      atIt: 'it counts as gone, and the other one takes its place',
    }),
    constant({
      what: 'from one comparison to the next whether the collector is found elsewhere, or by another key',
      file: 'collector/src/conduct/enroll/tell-doors.ts',
      constants: { DOORS_COMPARED_EVERY_MS },
      atIt: 'guests that have joined are told',
    }),
    constant({
      what: 'from one writing of the keys of this host that a guest says it has stored to the next',
      file: 'collector/src/conduct/enroll/note-learned.ts',
      constants: { LEARNED_WRITTEN_EVERY_MS },
      atIt: 'what it said last meanwhile is written',
    }),
    constant({
      what: 'guests that are held because of one key: possible copies',
      file: 'collector/src/conduct/enroll/held-book.ts',
      constants: { MOST_HELD_PER_KEY },
      atIt: 'a further one is closed with 4413 as well, and nothing of it is kept',
    }),
    constant({
      what: 'guests that are held and show one token, beside as many as it has uses',
      file: 'collector/src/conduct/enroll/held-book.ts',
      constants: { MOST_HELD_BESIDE_USES },
      atIt: 'a further one is closed with 4413 as well, and nothing of it is kept',
    }),
    constant({
      what: 'since a guest that is held came last',
      file: 'collector/src/conduct/alerts/read-facts.ts',
      constants: { HELD_STAYS_MS },
      atIt: 'no alert tells of it any more; `trimtab guests` does',
    }),
    constant({
      what: 'frames and bytes from a guest, at once and in the long run',
      file: 'collector/src/link/frame-budget.ts',
      constants: { FRAMES, BYTES },
      atIt: 'the session is closed with 4429; a known guest that comes back goes on with what was left, strangers of one address share the bytes',
    }),
    constant({
      what: 'strangers of an address that share the bytes of one guest',
      file: 'collector/src/link/guest-budgets.ts',
      constants: { STRANGERS_A_SHARE },
      atIt: 'where strangers-per-address allows more, they have more bytes in proportion',
    }),
    constant({
      what: 'bytes of a first record of TLS, for which is waited before OpenSSL has it',
      file: 'collector/src/io/agents/tell-apart.ts',
      constants: { FIRST_RECORD_LIMIT_BYTES },
      atIt: 'OpenSSL has what there is, and refuses it',
    }),
    constant({
      what: 'bytes before the welcome, for which an agent waits',
      file: 'collector/src/link/allowance.ts',
      constants: { EARLY_LIMIT_BYTES },
      atIt: 'the session is closed with 4429',
    }),
    constant({
      what: 'parts of inventories that are kept once for all guests that say the same, and letters of one (as JSON)',
      file: 'collector/src/link/compact.ts',
      constants: { MOST_SHARED, LONGEST_SHARED },
      atIt: 'those who come share anew; a longer one is shared with nobody',
    }),
    constant({
      what: 'bytes that wait for a guest that does not read',
      file: 'collector/src/io/agents/agent-socket.ts',
      constants: { BACKLOG_LIMIT_BYTES },
      atIt: 'the connection is cut; the agent comes back',
    }),
    constant({
      what: 'guests, and boots of each, that are remembered to tell copies apart',
      file: 'collector/src/link/clones.ts',
      constants: { GUESTS_REMEMBERED, BOOTS_REMEMBERED },
      atIt: 'the oldest is forgotten',
    }),
    constant({
      what: 'guests of which it is remembered how often their session was taken by another agent',
      file: 'collector/src/link/takeovers.ts',
      constants: { TAKEOVERS_REMEMBERED },
      atIt: 'the one of longest ago is forgotten',
    }),
    constant({
      what: 'the part of an address’ greetings that one known guest has there, and at the least',
      file: 'collector/src/link/greetings.ts',
      constants: { GUEST_PART, LEAST_GREETINGS_KEPT },
      atIt: `it is ${AWAY}; other guests of the address are not`,
    }),
    constant({
      what: 'addresses, and guests that cannot do what they are asked for, that the log tells of in a minute',
      file: 'collector/src/link/quiet-log.ts',
      constants: { SUBJECTS_REMEMBERED },
      atIt: 'the others are told of as one',
    }),
    constant({
      what: 'time that `trimtab status` tells of those that were turned away, after the last; addresses named of them',
      file: 'collector/src/link/turned-away.ts',
      constants: { TOLD_MS, ADDRESSES_NAMED },
      atIt: 'they are told of no more; of further addresses it says that there are others',
    }),
    constant({
      what: 'guests and addresses whose budgets are remembered',
      file: 'collector/src/link/shared-buckets.ts',
      constants: { BUCKETS_KEPT },
      atIt: 'the oldest begins anew',
    }),
  ],
};
