import { toReason } from '@trimtab/protocol/shared';
import type { Sample } from '../../model/series.ts';
import { isConclusive } from '../../model/trim-result.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { SamplesStore } from '../../ports/store/samples.ts';
import type { ClosedTrim } from '../../ports/store/trims.ts';

export interface GivenBackDeps {
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  readonly log: Pick<Log, 'warn'>;
  readonly store: Pick<SamplesStore, 'addSamples' | 'series'>;
  /** The keys of the pools of images, as far as they are known. */
  readPools(): Promise<ReadonlyMap<string, string | null>>;
}

/** An image seldom moves to another pool, and to find out the whole host is read. */
const FRESH_MS = 60 * 60_000;

/**
 * Counts for each pool what trims gave back, for forecasts that tell this from shrinking. It is no part of the trim:
 * what cannot be counted is told in the log, and of a trim that was stored just before a crash nothing is counted.
 */
export function createGivenBack({ clock, log, store, readPools }: GivenBackDeps): { note(closed: ClosedTrim): void } {
  let sums: Map<string, number> | null = null;
  let pools: ReadonlyMap<string, string | null> = new Map();
  let readMs = clock.monotonicMs();
  let underWay = Promise.resolve();

  async function count(closed: ClosedTrim): Promise<void> {
    const given = closed.result.disks.flatMap(({ image, verdict, hops }) =>
      image !== null && isConclusive(verdict) && (hops.reclaimedBytes ?? 0) > 0
        ? [{ image, bytes: hops.reclaimedBytes ?? 0 }]
        : [],
    );
    if (given.length === 0) return;
    if (given.some(({ image }) => !pools.has(image)) || clock.monotonicMs() - readMs > FRESH_MS) {
      pools = await readPools();
      readMs = clock.monotonicMs();
    }
    sums ??= new Map(
      (await store.series('pool-given-back')).map(({ series, levelBytes }) => [series.subject, levelBytes]),
    );
    const before = new Map(sums);
    const at = clock.now();
    const samples = given.flatMap(({ image, bytes }): readonly Sample[] => {
      const pool = pools.get(image) ?? null;
      if (pool === null || sums === null) return [];
      const isFirst = !sums.has(pool);
      const sum = (sums.get(pool) ?? 0) + bytes;
      sums.set(pool, sum);
      // That it began at nothing is what tells how much the first day gave back.
      return [
        ...(isFirst ? [toSample({ pool, at: at - 1, levelBytes: 0 })] : []),
        toSample({ pool, at, levelBytes: sum }),
      ];
    });
    try {
      await store.addSamples(keepLast(samples));
    } catch (error) {
      sums = before;
      throw error;
    }
  }

  return {
    note(closed) {
      // A trim without a report is told of again once the report comes.
      if (closed.report === null) return;
      underWay = underWay
        .then(() => count(closed))
        .catch((error) => log.warn({ reason: toReason(error) }, 'what a trim gave back could not be counted'));
    },
  };
}

function toSample({ pool, at, levelBytes }: { pool: string; at: number; levelBytes: number }): Sample {
  return { series: { kind: 'pool-given-back', subject: pool, device: '' }, at, levelBytes, limitBytes: null };
}

/** Of one instant a series has one sample: the whole sum. */
function keepLast(samples: readonly Sample[]): readonly Sample[] {
  return [...new Map(samples.map((sample) => [`${sample.at} ${sample.series.subject}`, sample])).values()];
}
