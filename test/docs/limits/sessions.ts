import { BACKLOG_LIMIT_BYTES } from '../../../collector/src/io/agent-server.ts';
import { BOOTS_REMEMBERED, GUESTS_REMEMBERED } from '../../../collector/src/link/clones.ts';
import { BYTES, FRAMES } from '../../../collector/src/link/frame-budget.ts';
import { GREETING_TIMEOUT_MS, PROOFS_REMEMBERED, TRIMS_REMEMBERED } from '../../../collector/src/link/session.ts';
import { constant, type LimitSection } from './limit.ts';

export const SESSIONS: LimitSection = {
  title: 'Connections of agents',
  said: 'Held at the door of the collector, before anything is stored.',
  limits: [
    constant({
      what: 'time for `hello`; trims and proofs that a session remembers',
      file: 'collector/src/link/session.ts',
      constants: { GREETING_TIMEOUT_MS, TRIMS_REMEMBERED, PROOFS_REMEMBERED },
      atIt: 'the session is closed with 4408; the oldest trim or proof is forgotten',
    }),
    constant({
      what: 'frames and bytes from a guest, at once and in the long run',
      file: 'collector/src/link/frame-budget.ts',
      constants: { FRAMES, BYTES },
      atIt: 'the session is closed with 4429; the agent comes back after 30 to 60 s',
    }),
    constant({
      what: 'bytes that wait for a guest that does not read',
      file: 'collector/src/io/agent-server.ts',
      constants: { BACKLOG_LIMIT_BYTES },
      atIt: 'the connection is cut; the agent comes back',
    }),
    constant({
      what: 'guests, and boots of each, that are remembered to tell copies apart',
      file: 'collector/src/link/clones.ts',
      constants: { GUESTS_REMEMBERED, BOOTS_REMEMBERED },
      atIt: 'the oldest is forgotten',
    }),
  ],
};
