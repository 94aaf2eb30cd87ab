import type { Resolution } from '../../model/series.ts';
import type { HostRows } from '../tables.ts';
import { STRETCH_MS } from './stretches.ts';

/** For how many days what is sampled is kept: each sample, by the hour, and by the day. */
export interface Kept {
  readonly samples: number;
  readonly hours: number;
  readonly days: number;
}

/** What one transaction lets go at the most, by and large: nobody who adds or asks waits for longer. */
export const PAGE_ROWS = 1_000;
/** More would be more than a database takes in one statement. */
const STRETCHES_AT_ONCE = 500;
const RESOLUTIONS: readonly Resolution[] = ['raw', 'hour', 'day'];

/**
 * [SA4] Gives up what is more than is kept. That is counted in stretches of time in which something was sampled, the one
 * that was stored last first: where the clock jumps, nothing goes that else would stay, and a host that was off for weeks
 * has its last days yet. What is given up is told no more; its rows go by `deleteSome`. False where nothing was.
 */
export async function giveUp(
  { db, hostId }: HostRows,
  { kept, onSeriesGone }: { readonly kept: Kept; readonly onSeriesGone: () => void },
): Promise<boolean> {
  const days: Readonly<Record<Resolution, number>> = { raw: kept.samples, hour: kept.hours, day: kept.days };
  let isAny = false;
  for (const resolution of RESOLUTIONS) {
    const found = await db
      .selectFrom('stretch')
      .select('number')
      .where('host_id', '=', hostId)
      .where('resolution', '=', resolution)
      .where('at', 'is not', null)
      .orderBy('number', 'desc')
      // One more, which has only begun.
      .offset((days[resolution] * STRETCH_MS.day) / STRETCH_MS[resolution] + 1)
      .limit(STRETCHES_AT_ONCE)
      .execute();
    const numbers = found.map(({ number }) => number);
    if (numbers.length === 0) continue;
    isAny = true;
    await db.updateTable('stretch').set({ at: null }).where('number', 'in', numbers).execute();
    if (resolution !== 'day') continue;
    onSeriesGone();
    const gone = db.selectFrom('last_sample').select('series').where('day', 'in', numbers);
    await db.deleteFrom('series').where('host_id', '=', hostId).where('id', 'in', gone).execute();
  }
  return isAny;
}

/** Some rows of a stretch that was given up; false where there is none. */
export async function deleteSome({ db, hostId }: HostRows): Promise<boolean> {
  const going = await db
    .selectFrom('stretch')
    .select(['number', 'resolution'])
    .where('host_id', '=', hostId)
    .where('resolution', 'in', RESOLUTIONS)
    .where('at', 'is', null)
    .limit(1)
    .executeTakeFirst();
  if (going === undefined) return false;
  const table = going.resolution === 'raw' ? 'sample' : 'rollup';
  const last = await db
    .selectFrom(table)
    .select('series')
    .where('stretch', '=', going.number)
    .orderBy('series')
    .offset(PAGE_ROWS - 1)
    .limit(1)
    .executeTakeFirst();
  await db
    .deleteFrom(table)
    .where('stretch', '=', going.number)
    .$if(last !== undefined, (some) => some.where('series', '<=', last?.series ?? 0))
    .execute();
  if (last === undefined) await db.deleteFrom('stretch').where('number', '=', going.number).execute();
  return true;
}
