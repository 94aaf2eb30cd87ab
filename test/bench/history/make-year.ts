import { Kysely } from 'kysely';
import { openSqlDatabase } from '../../../collector/src/io/sqlite.ts';
import type { HostId } from '../../../collector/src/model/host-id.ts';
import type { SeriesKey } from '../../../collector/src/model/series.ts';
import { createDialect } from '../../../collector/src/store/dialect.ts';
import { addSeries } from '../../../collector/src/store/samples/add-series.ts';
import { type KnownSeries, nameOf } from '../../../collector/src/store/samples/known-series.ts';
import { ensureStretches, numberOf, PART_MS, STRETCH_MS } from '../../../collector/src/store/samples/stretches.ts';
import { createSampleWriters, type SampleWriters } from '../../../collector/src/store/samples/writers.ts';
import type { HostRows, Tables } from '../../../collector/src/store/tables.ts';
import { createRandom } from '../../support/random.ts';
import { filesystemOf, imageOf, poolOf, UNTIL } from './fleet-samples.ts';

const MINUTE = 60_000;
const { raw: RAW } = STRETCH_MS;
const { hour: HOUR, day: DAY } = PART_MS;
/** What the filesystems of guests use is asked every so often. */
const USAGE_MINUTES = 15;
const PAGE = 4_096;

/** Of which levels are kept: each image has a guest with one filesystem. */
export interface Fleet {
  readonly images: number;
  readonly pools: number;
}

/**
 * Fills the database of a store as a year of sampling leaves it, with what is kept by default: the same rows in the
 * same order as the store writes them, by its own writers. But of a roll-up, which grows with each sample, only the first
 * and the last state is written: all sixty would take an hour.
 */
export async function makeYear({
  path,
  hostId,
  fleet,
  signal,
}: {
  readonly path: string;
  readonly hostId: HostId;
  readonly fleet: Fleet;
  readonly signal: AbortSignal;
}): Promise<void> {
  const db = new Kysely<Tables>({ dialect: createDialect(openSqlDatabase(path)) });
  const writers = createSampleWriters();
  try {
    const growing = await db.transaction().execute((inside) => addFleet({ db: inside, hostId }, { fleet, writers }));
    /** In transactions of so many steps, so that the disk is waited for seldom. */
    const each = async (
      length: { readonly days: number; readonly stepMs: number; readonly atOnce: number },
      step: Step,
    ) => {
      const { days, stepMs, atOnce } = length;
      for (let at = UNTIL - days * DAY; at < UNTIL; ) {
        signal.throwIfAborted();
        await db.transaction().execute(async (inside) => {
          for (const end = Math.min(UNTIL, at + atOnce * stepMs); at < end; at += stepMs)
            await step({ rows: { db: inside, hostId }, growing, writers, at });
        });
      }
    };
    await each({ days: 365, stepMs: DAY, atOnce: 40 }, (now) => addRollUps(now, 'day'));
    await each({ days: 90, stepMs: HOUR, atOnce: 40 }, (now) => addRollUps(now, 'hour'));
    await each({ days: 2, stepMs: MINUTE, atOnce: 60 }, addRaw);
  } finally {
    await db.destroy();
  }
}

interface Now {
  readonly rows: HostRows;
  readonly growing: readonly Growing[];
  readonly writers: SampleWriters;
  readonly at: number;
}
type Step = (now: Now) => Promise<void>;

/** A series, where it stands, and by how much it grows. */
interface Growing {
  readonly id: number;
  readonly isFilesystem: boolean;
  readonly limit: number;
  readonly random: () => number;
  level: number;
}

async function addFleet(
  rows: HostRows,
  { fleet: { images, pools }, writers }: { readonly fleet: Fleet; readonly writers: SampleWriters },
): Promise<readonly Growing[]> {
  const known: KnownSeries = new Map();
  const count = (length: number, toKey: (n: number) => SeriesKey) => Array.from({ length }, (_, n) => toKey(n));
  const keys = [...count(pools, poolOf), ...count(images, imageOf), ...count(images, filesystemOf)];
  const samples = keys.map((series) => ({ series, at: UNTIL - 365 * DAY, levelBytes: 0, limitBytes: null }));
  await addSeries(rows, { known, samples, writers, pause: async () => {} });
  return keys.map((key, n) => ({
    id: known.get(nameOf(key)) ?? 0,
    isFilesystem: key.kind === 'filesystem',
    limit: (key.kind === 'pool' ? 8_000 : 40) * 2 ** 30,
    random: createRandom(n),
    level: (key.kind === 'pool' ? 2_000 : 5) * 2 ** 30,
  }));
}

/** It grows a little, and sometimes falls back. */
function grow(one: Growing, most: number): number {
  const change = Math.floor(one.random() ** 4 * most) * PAGE;
  one.level += one.random() < 0.1 && one.level > change ? -change : change;
  return change;
}

async function addRollUps({ rows, growing, writers, at }: Now, resolution: 'hour' | 'day'): Promise<void> {
  const length = PART_MS[resolution];
  const begin = Math.floor(at / STRETCH_MS[resolution]) * STRETCH_MS[resolution];
  const stretch = await stretchOf(rows, { resolution, begin });
  const part = (at - begin) / length;
  const first = growing.map(({ id, level, limit }) => ({
    stretch,
    series: id,
    part,
    last_ms: id,
    level_bytes: level,
    below_bytes: 0,
    above_bytes: 0,
    limit_bytes: limit,
    samples: 1,
  }));
  await writers.rollUps(rows.db, first);
  const last = growing.map((one) => {
    const change = grow(one, length / 1_000);
    const stepMs = one.isFilesystem ? USAGE_MINUTES * MINUTE : MINUTE;
    return {
      stretch,
      series: one.id,
      part,
      last_ms: length - stepMs + one.id,
      level_bytes: one.level,
      below_bytes: change,
      above_bytes: one.random() < 0.5 ? 0 : Math.floor(one.random() * 1_000) * PAGE,
      limit_bytes: one.limit,
      samples: length / stepMs,
    };
  });
  await writers.rollUps(rows.db, last);
}

async function addRaw({ rows, growing, writers, at }: Now): Promise<void> {
  const begin = Math.floor(at / RAW) * RAW;
  const stretch = await stretchOf(rows, { resolution: 'raw', begin });
  const sampled = growing.filter(({ isFilesystem, id }) => !isFilesystem || (at / MINUTE + id) % USAGE_MINUTES === 0);
  await writers.samples(
    rows.db,
    sampled.map((one) => {
      grow(one, 1_000);
      const after_ms = at - begin + Math.floor(one.random() * 1_000);
      return { stretch, series: one.id, after_ms, level_bytes: one.level, limit_bytes: one.limit };
    }),
  );
}

async function stretchOf(
  rows: HostRows,
  { resolution, begin }: { readonly resolution: 'raw' | 'hour' | 'day'; readonly begin: number },
): Promise<number> {
  const { numbers } = await ensureStretches(rows, { resolution, begins: new Set([begin]) });
  return numberOf(numbers, begin);
}
