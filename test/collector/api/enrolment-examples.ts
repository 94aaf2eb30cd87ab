import { formatToken } from '@trimtab/protocol/joining';
import { Fault } from '@trimtab/protocol/shared';
import type { AskedBy } from '../../../collector/src/model/asked-by.ts';
import type {
  ApiTokenMade,
  DeedsView,
  Enrolled,
  EnrolmentRow,
  HeldRow,
  HostKeysView,
} from '../../../collector/src/model/enrolment.ts';
import type { EnrolmentDesk } from '../../../collector/src/ports/desk/enrolment.ts';

export const PIN = 'A'.repeat(43);
const ADDRESSES = ['192.0.2.1:7461', '[2001:db8::1]:7461', 'host.example:7461'];
export const TOKEN = formatToken({ addresses: ADDRESSES, pin: PIN, secret: 'B'.repeat(22) });

const ROW: EnrolmentRow = {
  id: '3f2a91c0',
  guest: 'web-1',
  mostUses: 1,
  uses: 0,
  madeAt: '2026-11-27T16:00:00.000Z',
  expiresAt: '2026-11-27T17:00:00.000Z',
  madeBy: { kind: 'socket' },
};

export const ENROLLED: Enrolled = {
  ...ROW,
  token: TOKEN,
  command: `trimtab-agent join ${TOKEN}`,
  addresses: ADDRESSES,
  pin: PIN,
  findings: [],
};

export const HELD: HeldRow = {
  id: '3f2a91c0',
  hostname: 'web-1',
  productUuid: null,
  machineId: null,
  address: '192.0.2.7',
  keyOf: 'web-1',
  reason: 'It has another product UUID.',
  firstAt: '2026-11-27T16:00:00.000Z',
  lastAt: '2026-11-27T16:30:00.000Z',
  approvedBy: null,
  approvedName: null,
};

export const HOST_KEYS: HostKeysView = {
  takenAt: '2026-11-27T16:30:00.000Z',
  keys: [
    { pin: PIN, owner: 'own', madeAt: '2026-11-27T16:00:00.000Z', until: null, knownBy: 3 },
    {
      pin: 'C'.repeat(43),
      owner: 'own',
      madeAt: '2026-10-27T16:00:00.000Z',
      until: '2026-12-27T16:00:00.000Z',
      knownBy: 5,
    },
  ],
  guests: 5,
};

export const API_TOKEN: ApiTokenMade = {
  name: 'dashboard',
  scope: 'read',
  madeAt: '2026-11-27T16:00:00.000Z',
  madeBy: { kind: 'token', name: 'ci' },
  expiresAt: null,
  token: `tta1.${'D'.repeat(43)}`,
};

export const DEEDS: DeedsView = {
  takenAt: '2026-11-27T16:30:00.000Z',
  deeds: [
    {
      kind: 'repair',
      at: '2026-11-27T16:20:00.000Z',
      askedBy: { kind: 'token', name: 'ci' },
      subject: 'web-1 sda',
      outcome: 'repaired',
    },
    {
      kind: 'approve',
      at: '2026-11-27T16:10:00.000Z',
      askedBy: { kind: 'socket' },
      subject: 'web-1 (3f2a91c0)',
      outcome: null,
    },
  ],
};

/** A desk that notes what is asked of it, by whom; what is called `nobody` is not there. */
export function createFakeEnrolment(said: object[]): EnrolmentDesk {
  const answer =
    <Query extends object, Answer>(what: string, give: (query: Query) => Answer) =>
    async (query: Query, askedBy?: AskedBy): Promise<Answer> => {
      if (Object.values(query).includes('nobody'))
        throw new Fault({
          code: 'unknown-guest',
          operation: what,
          subject: 'nobody',
          cause: 'it is not there',
          hint: 'See: trimtab guests',
        });
      said.push({ what, ...query, askedBy });
      return give(query);
    };
  return {
    enroll: answer('enroll', ({ guest, uses }) => ({ ...ENROLLED, guest, mostUses: uses })),
    enrolments: async () => ({
      takenAt: ROW.madeAt,
      enrolments: [ROW, { ...ROW, id: '00c0ffee', guest: null, mostUses: 20, uses: 3, madeBy: API_TOKEN.madeBy }],
    }),
    withdraw: answer('withdraw', ({ id }) => ({ ...ROW, id })),
    approve: answer('approve', ({ name }) => ({
      ...HELD,
      approvedBy: { kind: 'socket' } as const,
      approvedName: name,
    })),
    dismiss: answer('dismiss', () => HELD),
    revoke: answer('revoke', ({ guest }) => ({ guest, guestId: 'guest-1', keys: 1 })),
    reinstate: answer('reinstate', ({ guest }) => ({ guest, guestId: 'guest-1', keys: 1 })),
    rename: answer('rename', ({ guest, name }) => ({ guestId: 'guest-1', was: guest, name })),
    hostKeys: async () => HOST_KEYS,
    rotateHostKey: answer('rotate', () => HOST_KEYS),
    apiTokens: async () => {
      const { token: _, ...row } = API_TOKEN;
      return { takenAt: HOST_KEYS.takenAt, tokens: [row, { ...row, name: 'old', expiresAt: ROW.madeAt }] };
    },
    createApiToken: answer('create-token', ({ name, scope }) => ({ ...API_TOKEN, name, scope })),
    revokeApiToken: answer('revoke-token', ({ name }) => {
      const { token: _, ...row } = API_TOKEN;
      return { ...row, name };
    }),
    async deeds(query) {
      said.push(query);
      return DEEDS;
    },
  };
}
