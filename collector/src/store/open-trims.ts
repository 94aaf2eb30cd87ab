import type { Trigger, TrimId } from '@trimtab/protocol';
import type { GuestId } from '../model/guest-id.ts';
import type { OpenTrim } from '../ports/store/open-trims.ts';
import type { HostRows } from './tables.ts';

/** Of one guest, rule [ST5]: an honest one has one open, and a few more after crashes. */
const OPEN_TRIMS_KEPT = 32;

/** Granted again (the agent lost the link before it heard of the first grant): the newer samples are nearer to the first discard. */
export async function insertOpenTrim({ db, hostId }: HostRows, trim: OpenTrim): Promise<void> {
  const columns = {
    guest_id: trim.guestId,
    trigger: trim.trigger,
    granted_at: trim.grantedAt,
    before: JSON.stringify(trim.before),
  };
  await db.transaction().execute(async (transaction) => {
    await transaction
      .insertInto('open_trim')
      .values({ id: trim.id, host_id: hostId, ...columns })
      .onConflict((conflict) => conflict.columns(['host_id', 'id']).doUpdateSet(columns))
      .execute();
    const kept = transaction
      .selectFrom('open_trim')
      .select('id')
      .where('host_id', '=', hostId)
      .where('guest_id', '=', trim.guestId)
      .orderBy('granted_at', 'desc')
      .limit(OPEN_TRIMS_KEPT);
    await transaction
      .deleteFrom('open_trim')
      .where('host_id', '=', hostId)
      .where('guest_id', '=', trim.guestId)
      .where('id', 'not in', kept)
      .execute();
  });
}

export async function findOpenTrim({ db, hostId }: HostRows, id: TrimId): Promise<OpenTrim | null> {
  const row = await db
    .selectFrom('open_trim')
    .selectAll()
    .where('host_id', '=', hostId)
    .where('id', '=', id)
    .executeTakeFirst();
  if (row === undefined) return null;
  return {
    id: row.id as TrimId,
    guestId: row.guest_id as GuestId,
    trigger: row.trigger as Trigger,
    grantedAt: row.granted_at,
    before: JSON.parse(row.before) as OpenTrim['before'],
  };
}
