import type { Resolution, Sample } from '../../model/series.ts';
import type { HostRows } from '../tables.ts';
import { addSeries, type KnownSeries, nameOf } from './known-series.ts';
import { mergeRollUps, type RollUp, rollUpOf } from './roll-up.ts';
import { beginOf, ensureStretches } from './stretches.ts';
import type { SampleWriters } from './writers.ts';

/** A sample, and which series it is of. */
interface Placed extends Sample {
  readonly id: number;
}

/** [SA1] In a transaction. True where they reach into a stretch of time in which nothing was sampled before. */
export async function addAll(
  rows: HostRows,
  {
    samples,
    known,
    writers,
  }: { readonly samples: readonly Sample[]; readonly known: KnownSeries; readonly writers: SampleWriters },
): Promise<boolean> {
  await addSeries(rows, { known, samples });
  const placed = samples.map((sample): Placed => ({ ...toWhole(sample), id: idOf(known, sample) }));
  const { added, areNew } = await addRaw(rows, { placed, writers });
  const hours = await addRollUps(rows, { added, resolution: 'hour', writers });
  const days = await addRollUps(rows, { added, resolution: 'day', writers });
  await writers.lastSamples(
    rows.db,
    [...latestOf(added).values()].map(({ id, at, levelBytes, limitBytes }) => ({
      series: id,
      day: numberOf(days.numbers, beginOf(at, 'day')),
      at,
      level_bytes: levelBytes,
      limit_bytes: limitBytes,
    })),
  );
  return areNew || hours.areNew || days.areNew;
}

/** [SA2] Those are told that were not there before. */
async function addRaw(
  rows: HostRows,
  { placed, writers }: { readonly placed: readonly Placed[]; readonly writers: SampleWriters },
): Promise<{ readonly added: readonly Placed[]; readonly areNew: boolean }> {
  const begins = new Set(placed.map(({ at }) => beginOf(at, 'raw')));
  const { numbers, areNew } = await ensureStretches(rows, { resolution: 'raw', begins });
  const byKey = new Map<string, Placed>();
  const raw = placed.map((sample) => {
    const from = beginOf(sample.at, 'raw');
    const row = {
      stretch: numberOf(numbers, from),
      series: sample.id,
      after_ms: sample.at - from,
      level_bytes: sample.levelBytes,
      limit_bytes: sample.limitBytes,
    };
    const key = keyOf(row);
    // Of two in one call the first counts, as of two calls.
    if (!byKey.has(key)) byKey.set(key, sample);
    return row;
  });
  // In the order in which they lie.
  raw.sort((a, b) => a.stretch - b.stretch || a.series - b.series || a.after_ms - b.after_ms);
  const written = await writers.samples(rows.db, raw);
  return { added: written.flatMap((row) => byKey.get(keyOf(row)) ?? []), areNew };
}

async function addRollUps(
  rows: HostRows,
  {
    added,
    resolution,
    writers,
  }: { readonly added: readonly Placed[]; readonly resolution: Resolution; readonly writers: SampleWriters },
): Promise<{ readonly numbers: ReadonlyMap<number, number>; readonly areNew: boolean }> {
  const byBegin = Map.groupBy(added, ({ at }) => beginOf(at, resolution));
  const { numbers, areNew } = await ensureStretches(rows, { resolution, begins: new Set(byBegin.keys()) });
  for (const [begin, samples] of byBegin) {
    const stretch = numberOf(numbers, begin);
    const rollUps = new Map<number, RollUp>();
    const take = (series: number, rollUp: RollUp) => {
      const before = rollUps.get(series);
      rollUps.set(series, before === undefined ? rollUp : mergeRollUps(before, rollUp));
    };
    for (const sample of samples) take(sample.id, rollUpOf(sample, begin));
    const ids = [...rollUps.keys()].sort((one, other) => one - other);
    for (const { series, ...rollUp } of await writers.readRollUps(rows.db, { stretch, series: ids }))
      take(series, rollUp);
    await writers.rollUps(
      rows.db,
      ids.flatMap((series) => toRow({ stretch, series, rollUp: rollUps.get(series) })),
    );
  }
  return { numbers, areNew };
}

function toRow({
  stretch,
  series,
  rollUp,
}: {
  readonly stretch: number;
  readonly series: number;
  readonly rollUp: RollUp | undefined;
}) {
  return rollUp === undefined ? [] : [{ stretch, series, ...rollUp }];
}

/** Of each series the one that was sampled last. */
function latestOf(samples: readonly Placed[]): ReadonlyMap<number, Placed> {
  const latest = new Map<number, Placed>();
  for (const sample of samples) {
    const before = latest.get(sample.id);
    if (before === undefined || before.at < sample.at) latest.set(sample.id, sample);
  }
  return latest;
}

const keyOf = ({ stretch, series, after_ms }: { stretch: number; series: number; after_ms: number }): string =>
  `${stretch} ${series} ${after_ms}`;

/** What no number of JavaScript tells exactly (8 PiB and more) is told as the largest that one does. */
function toWhole({ series, at, levelBytes, limitBytes }: Sample): Sample {
  return {
    series,
    at: Math.floor(at),
    levelBytes: toBytes(levelBytes),
    limitBytes: limitBytes === null ? null : toBytes(limitBytes),
  };
}

const toBytes = (bytes: number): number => Math.min(Math.max(Math.round(bytes), 0), Number.MAX_SAFE_INTEGER);

function idOf(known: KnownSeries, { series }: Sample): number {
  return found(known.get(nameOf(series)));
}

function numberOf(numbers: ReadonlyMap<number, number>, begin: number): number {
  return found(numbers.get(begin));
}

function found(number: number | undefined): number {
  if (number === undefined) throw new Error('the database gave a row no number');
  return number;
}
