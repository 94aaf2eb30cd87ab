import { removeHeldOf } from './held-guests.ts';
import { deleteTrims } from './stored-bytes.ts';
import type { HostRows } from './tables.ts';

/**
 * Guests with their trims and jobs, and with what led to them and their keys, which go with their rows (migrations 002
 * and 013). In a transaction of the caller's.
 */
export async function removeGuests({ db, hostId }: HostRows, ids: readonly string[]): Promise<void> {
  const trims = await db
    .selectFrom('trim')
    .select('number')
    .where('host_id', '=', hostId)
    .where('guest_id', 'in', ids)
    .execute();
  await deleteTrims(
    { db, hostId },
    trims.map(({ number }) => number),
  );
  await removeHeldOf({ db, hostId }, ids);
  for (const table of ['open_trim', 'job'] as const)
    await db.deleteFrom(table).where('host_id', '=', hostId).where('guest_id', 'in', ids).execute();
  await db.deleteFrom('guest').where('host_id', '=', hostId).where('id', 'in', ids).execute();
}
