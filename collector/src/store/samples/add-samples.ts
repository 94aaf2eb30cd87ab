import type { Sample } from '../../model/series.ts';
import type { HostRows } from '../tables.ts';
import { addRollUps } from './add-roll-ups.ts';
import { addSeries } from './add-series.ts';
import type { KnownSeries } from './known-series.ts';
import { type Placed, placeAll } from './placed.ts';
import { beginOf, ensureStretches, numberOf } from './stretches.ts';
import type { SampleWriters } from './writers.ts';

/**
 * A millisecond or two of work, and then a rest in which others go on: what they do takes many turns of the event loop,
 * and to wait in each for such a piece would be to wait for the whole.
 */
const SAMPLES_A_TURN = 250;
const REST_MS = 5;

interface AddDeps {
  readonly known: KnownSeries;
  readonly writers: SampleWriters;
  readonly pause: (ms: number) => Promise<void>;
}

interface Added {
  /** Do they reach into a stretch of time in which nothing was sampled before? */
  readonly areNew: boolean;
  /** Of series for which there was no room. */
  readonly left: number;
}

/** [SA1] In a transaction. */
export async function addAll(
  rows: HostRows,
  { samples, known, writers, pause }: AddDeps & { readonly samples: readonly Sample[] },
): Promise<Added> {
  await addSeries(rows, { known, samples, writers, pause });
  const placed = placeAll(samples, known);
  let areNew = false;
  for (let at = 0; at < placed.length; at += SAMPLES_A_TURN) {
    if (at > 0) await pause(REST_MS);
    if (await addSome(rows, { placed: placed.slice(at, at + SAMPLES_A_TURN), writers })) areNew = true;
  }
  return { areNew, left: samples.length - placed.length };
}

async function addSome(
  rows: HostRows,
  { placed, writers }: { readonly placed: readonly Placed[]; readonly writers: SampleWriters },
): Promise<boolean> {
  const { added, areNew } = await addRaw(rows, { placed, writers });
  const hours = await addRollUps(rows, { added, resolution: 'hour', writers });
  const days = await addRollUps(rows, { added, resolution: 'day', writers });
  // Of each series the one that was sampled last: they are in the order of time.
  const latest = new Map(added.map((sample) => [sample.id, sample]));
  await writers.lastSamples(
    rows.db,
    [...latest.values()].map(({ id, at, levelBytes, limitBytes }) => ({
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
    // Of two in one call the first counts, as of two calls.
    if (!byKey.has(keyOf(row))) byKey.set(keyOf(row), sample);
    return row;
  });
  const written = new Set((await writers.samples(rows.db, raw)).map(keyOf));
  return { added: [...byKey].flatMap(([key, sample]) => (written.has(key) ? [sample] : [])), areNew };
}

const keyOf = ({ stretch, series, after_ms }: { stretch: number; series: number; after_ms: number }): string =>
  `${stretch} ${series} ${after_ms}`;
