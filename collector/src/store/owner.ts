import { Fault } from '@trimtab/protocol/shared';
import { statement } from './statement.ts';
import type { HostRows } from './tables.ts';

export interface Owner {
  readonly name: string;
  /** No source of this host has ever known it, no person has named it, and it has no key. */
  readonly isStranger: boolean;
}

/** The guest whose trim is to be stored; null where it was forgotten meanwhile. */
export async function findOwner({ db, hostId }: HostRows, guestId: string): Promise<Owner | null> {
  const [row] = await selectOwner(db, { hostId, guestId });
  return row === undefined ? null : { name: row.name, isStranger: row.named_by === 'guest' && row.key === null };
}

const selectOwner = statement((db, { hostId, guestId }: { readonly hostId: string; readonly guestId: string }) =>
  db
    .selectFrom('guest')
    .select(({ selectFrom }) => [
      'name',
      'named_by',
      selectFrom('guest_key')
        .select('guest_key.key')
        .whereRef('guest_key.guest_id', '=', 'guest.id')
        .limit(1)
        .as('key'),
    ])
    .where('host_id', '=', hostId)
    .where('id', '=', guestId),
);

/** Nothing of it is stored, and nothing acknowledged: its agent has it still. */
export function guestForgotten(guestId: string): Fault {
  return new Fault({
    code: 'unknown-guest',
    operation: 'store a trim',
    subject: guestId,
    cause: 'this host has forgotten its guest meanwhile',
    hint: 'Its agent comes back as a new guest, and tells of its trims again.',
  });
}
