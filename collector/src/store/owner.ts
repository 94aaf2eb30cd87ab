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
  const [row] = await readOwner(db, { hostId, guestId });
  return row === undefined ? null : toOwner(row);
}

export function toOwner(row: { readonly name: string; readonly named_by: string; readonly key: string | null }): Owner {
  return { name: row.name, isStranger: row.named_by === 'guest' && row.key === null };
}

interface OfGuest {
  readonly hostId: string;
  readonly guestId: string;
}

export function selectOwner(db: HostRows['db'], { hostId, guestId }: OfGuest) {
  return db
    .selectFrom('guest')
    .select(({ selectFrom }) => [
      'guest.name',
      'guest.named_by',
      selectFrom('guest_key')
        .select('guest_key.key')
        .whereRef('guest_key.guest_id', '=', 'guest.id')
        .limit(1)
        .as('key'),
    ])
    .where('guest.host_id', '=', hostId)
    .where('guest.id', '=', guestId);
}

const readOwner = statement((db, guest: OfGuest) => selectOwner(db, guest));

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
