import type { GuestId } from '../../collector/src/model/guest-id.ts';
import type { GuestKeysStore, NewGuestKey } from '../../collector/src/ports/store/guest-keys.ts';

/** Of `guest-a`, where nothing else is said. */
export function newKey({
  n,
  guest = 'guest-a',
  ...overrides
}: { n: number; guest?: string } & Partial<Omit<NewGuestKey, 'guest'>>): NewGuestKey {
  return {
    key: `key-${n}`,
    guest: guest as GuestId,
    productUuid: `uuid-${n}`,
    machineId: `machine-${n}`,
    joinedAt: n,
    joinedBy: { kind: 'enrolment', id: 'token-1' },
    ...overrides,
  };
}

type Seen = Parameters<GuestKeysStore['hold']>[0];

export function heldGuest({ n, ...overrides }: { n: number } & Partial<Seen>): Seen {
  return {
    key: 'key-1',
    enrolment: null,
    productUuid: `uuid-${n}`,
    machineId: 'machine-1',
    bootId: `boot-${n}`,
    hostname: 'web',
    address: '192.0.2.1',
    reason: 'It shows the key of another guest.',
    lastAt: n,
    ...overrides,
  };
}
