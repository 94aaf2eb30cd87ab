import type { Resolution } from '../../model/series.ts';
import { statement } from '../statement.ts';
import type { HostRows } from '../tables.ts';

/**
 * How long one is. Samples lie together by five minutes: by the hour, what a minute adds would be spread over eight times
 * as many pages, and by the minute, two days of one series would be read in five times as many places.
 */
export const STRETCH_MS: Readonly<Record<Resolution, number>> = { raw: 300_000, hour: 3_600_000, day: 86_400_000 };

export interface StretchRow {
  readonly number: number;
  readonly at: number;
}

/** When the stretch begins that has this instant. */
export function beginOf(at: number, resolution: Resolution): number {
  return Math.floor(at / STRETCH_MS[resolution]) * STRETCH_MS[resolution];
}

/** The numbers of these, by their beginnings; of the others a row is made. In a transaction. */
export async function ensureStretches(
  { db, hostId }: HostRows,
  { resolution, begins }: { readonly resolution: Resolution; readonly begins: ReadonlySet<number> },
): Promise<{ readonly numbers: ReadonlyMap<number, number>; readonly areNew: boolean }> {
  const numbers = new Map<number, number>();
  let areNew = false;
  for (const at of [...begins].sort((one, other) => one - other)) {
    const [known] = await selectStretch(db, { hostId, resolution, at });
    const [row] = known === undefined ? await insertStretch(db, { host_id: hostId, resolution, at }) : [known];
    if (row === undefined) throw new Error('the database gave a stretch no number');
    numbers.set(at, row.number);
    areNew ||= known === undefined;
  }
  return { numbers, areNew };
}

const selectStretch = statement(
  (db, { hostId, resolution, at }: { readonly hostId: string; readonly resolution: string; readonly at: number }) =>
    db
      .selectFrom('stretch')
      .select('number')
      .where('host_id', '=', hostId)
      .where('resolution', '=', resolution)
      .where('at', '=', at),
);

const insertStretch = statement(
  (db, { host_id, resolution, at }: { readonly host_id: string; readonly resolution: string; readonly at: number }) =>
    db.insertInto('stretch').values({ host_id, resolution, at }).returning('number'),
);

/** Those that begin within these, in the order of time. */
export async function listStretches(
  { db, hostId }: HostRows,
  { resolution, from, to }: { readonly resolution: Resolution; readonly from: number; readonly to: number },
): Promise<readonly StretchRow[]> {
  const found = await db
    .selectFrom('stretch')
    .select(['number', 'at'])
    .where('host_id', '=', hostId)
    .where('resolution', '=', resolution)
    .where('at', '>=', from)
    .where('at', '<', to)
    .orderBy('at')
    .execute();
  return found.flatMap(({ number, at }) => (at === null ? [] : [{ number, at }]));
}
