import type { Resolution } from '../../model/series.ts';
import { statement } from '../statement.ts';
import type { HostRows } from '../tables.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/**
 * The rows of one stretch of time lie together, by series: shorter ones, and one series is read in more places; longer
 * ones, and what a minute adds is spread over more pages, each of which is written for it.
 */
export const STRETCH_MS: Readonly<Record<Resolution, number>> = { raw: 300_000, hour: 4 * HOUR, day: DAY };

/** What is rolled up. */
export const PART_MS: Readonly<Record<RolledUp, number>> = { hour: HOUR, day: DAY };
export type RolledUp = Exclude<Resolution, 'raw'>;

export interface StretchRow {
  readonly number: number;
  readonly at: number;
}

/** When the stretch begins that has this instant. */
export function beginOf(at: number, resolution: Resolution): number {
  return Math.floor(at / STRETCH_MS[resolution]) * STRETCH_MS[resolution];
}

export interface Stretches {
  /** By their beginnings. */
  readonly numbers: ReadonlyMap<number, number>;
  /** Was one of them made? */
  readonly areNew: boolean;
}

/** The numbers of these, by their beginnings; of the others a row is made. In a transaction. */
export async function ensureStretches(
  { db, hostId }: HostRows,
  { resolution, begins }: { readonly resolution: Resolution; readonly begins: ReadonlySet<number> },
): Promise<Stretches> {
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

export function numberOf(numbers: ReadonlyMap<number, number>, begin: number): number {
  const number = numbers.get(begin);
  if (number === undefined) throw new Error('the database gave a stretch no number');
  return number;
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

/** Those that have a part of the time between, in the order of time. */
export async function listStretches(
  { db, hostId }: HostRows,
  { resolution, from, to }: { readonly resolution: Resolution; readonly from: number; readonly to: number },
): Promise<readonly StretchRow[]> {
  const found = await db
    .selectFrom('stretch')
    .select(['number', 'at'])
    .where('host_id', '=', hostId)
    .where('resolution', '=', resolution)
    .where('at', '>', from - STRETCH_MS[resolution])
    .where('at', '<', to)
    .orderBy('at')
    .execute();
  return found.flatMap(({ number, at }) => (at === null ? [] : [{ number, at }]));
}
