import { toReason } from '@trimtab/protocol/shared';
import type { Log } from '../../ports/log.ts';
import type { SamplesStore } from '../../ports/store/samples.ts';
import type { HostRows } from '../tables.ts';
import { addAll } from './add-samples.ts';
import { NAME_BYTES, SERIES_KEPT } from './bound-series.ts';
import { forget } from './forget-series.ts';
import { type KnownSeries, readSeries } from './known-series.ts';
import type { Kept } from './prune.ts';
import { createPruner } from './pruner.ts';
import { readPoints, readPointsOfKind, readStates } from './read-points.ts';
import { createTurns } from './turns.ts';
import { createSampleWriters } from './writers.ts';

/**
 * The levels of one host. Those who change something take turns, since what is merged was read before: each is one short
 * transaction, or lets others have the event loop in the middle of it. Who only asks waits for none of them.
 */
export function createSamples({
  rows,
  kept,
  log,
  pause,
}: {
  readonly rows: HostRows;
  readonly kept: Kept;
  readonly log: Pick<Log, 'warn'>;
  readonly pause: (ms?: number) => Promise<void>;
}): SamplesStore & { stop(): Promise<void> } {
  const inTurn = createTurns();
  const writers = createSampleWriters();
  const reading = { rows, pause };
  /** Null: to be read, as after what was taken back. */
  let known: KnownSeries | null = null;
  const change = <Value>(work: (inside: HostRows) => Promise<Value>) =>
    rows.db.transaction().execute((db) => work({ db, hostId: rows.hostId }));
  const pruner = createPruner({
    change: (work) => inTurn(() => change(work)),
    kept,
    pause,
    onSeriesGone() {
      known = null;
    },
    onFailed: (error) => log.warn({ reason: toReason(error) }, 'old samples could not be let go; that is tried again'),
  });
  const tellLeft = createLeftTeller(log);

  async function add(samples: Parameters<SamplesStore['addSamples']>[0]): Promise<void> {
    if (samples.length === 0) return;
    const before = known ?? (await readSeries(rows, pause));
    known = null;
    const { areNew, left } = await change((inside) => addAll(inside, { samples, known: before, writers, pause }));
    known = before;
    if (areNew) pruner.wake();
    tellLeft(left);
  }

  return {
    addSamples: (samples) => inTurn(() => add(samples)),
    points: (query) => readPoints(reading, query),
    pointsOfKind: (query) => readPointsOfKind(reading, query),
    series: (kind) => readStates(reading, kind),
    forgetSeries: (wanted) =>
      inTurn(async () => {
        known = null;
        await change((inside) => forget(inside, wanted));
      }),
    async stop() {
      await pruner.stop();
      await inTurn(async () => {});
    },
  };
}

/** Once: it is so for days. */
function createLeftTeller(log: Pick<Log, 'warn'>): (left: number) => void {
  let isTold = false;
  return (left) => {
    if (left > 0 && !isTold) log.warn({ left, most: SERIES_KEPT, longest: NAME_BYTES }, LEFT);
    isTold ||= left > 0;
  };
}

const LEFT =
  'too many levels of one kind are sampled, or the name of one is too long: of such new ones nothing is kept';
