import type { HostRows } from '../tables.ts';
import { type KnownSeries, nameOf } from './known-series.ts';

/** Of each kind. Filesystems are what guests call them, and some make new ones all day long. */
export const SERIES_KEPT = 20_000;
/** Subject and device together, in UTF-8: of a key of an index PostgreSQL takes 2,704 bytes (BTMaxItemSize, nbtree.h). */
export const NAME_BYTES = 2_000;

/**
 * How many of those that are wanted there may be besides: where they find no room, those go that were sampled longest
 * ago, but none of the last two days. In a transaction.
 */
export async function makeRoom(
  { db, hostId }: HostRows,
  { kind, wanted, known }: { readonly kind: string; readonly wanted: number; readonly known: KnownSeries },
): Promise<number> {
  const { count } = await db
    .selectFrom('series')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('host_id', '=', hostId)
    .where('kind', '=', kind)
    .executeTakeFirstOrThrow();
  const room = SERIES_KEPT - Number(count);
  if (room >= wanted) return wanted;
  const lastTwo = db
    .selectFrom('stretch')
    .select('number')
    .where('host_id', '=', hostId)
    .where('resolution', '=', 'day')
    .orderBy('number', 'desc')
    .offset(1)
    .limit(1);
  const going = await db
    .selectFrom('series')
    .innerJoin('last_sample', 'last_sample.series', 'series.id')
    .select(['series.id', 'series.kind', 'series.subject', 'series.device'])
    .where('series.host_id', '=', hostId)
    .where('series.kind', '=', kind)
    .where('last_sample.day', '<', lastTwo)
    .orderBy('last_sample.day')
    .orderBy('series.id')
    .limit(Math.min(SERIES_AT_ONCE, wanted - room))
    .execute();
  if (going.length === 0) return Math.max(0, room);
  const ids = going.map(({ id }) => id);
  await db.deleteFrom('series').where('id', 'in', ids).execute();
  for (const series of going) known.delete(nameOf(series));
  return Math.min(wanted, Math.max(0, room + going.length));
}

/** More would be more than a database takes in one statement; what finds no room then finds it the next time. */
const SERIES_AT_ONCE = 500;
