import { Fault } from '@trimtab/protocol/shared';
import { dayAt } from '../../model/day-steps.ts';
import type { Foreseeing, ForesightQuery, PoolForesight } from '../../model/foresight.ts';
import type { PoolState } from '../../model/pool.ts';
import type { PoolForecast, StatusView } from '../../model/status.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Foresight } from '../../ports/foresight.ts';
import { type DescribeDeps, describePool } from './describe-pool.ts';
import { type Foreseen, foreseePools } from './foresee-pools.ts';

/** A level by the day changes slowly. */
export const FRESH_MS = 5 * 60_000;
/** One that was seen for the first time is sampled within a moment. */
export const BRIEF_MS = 15_000;

export interface ForesightDeps extends DescribeDeps {
  readonly clock: Pick<Clock, 'now' | 'monotonicMs'>;
  /** As they were last seen. */
  readPools(): Promise<readonly Pick<PoolState, 'key'>[]>;
}

/** The pools with their images, as they were last seen; it costs more than the pools alone. */
export type ReadStatus = () => Promise<Pick<StatusView, 'pools' | 'images'>>;

export interface QueryOfPool extends ForesightQuery {
  readonly pool: string;
}

export interface Foreseer extends Foresight {
  /** Of these pools those that have a forecast. */
  ofPools(pools: readonly string[]): Promise<readonly PoolForecast[]>;
  /** Of every pool, without detail. */
  all(): Promise<Foreseeing>;
  /** With detail, for which the status is read. Throws `unknown-pool`, `unknown-guest`, `guest-elsewhere`. */
  one(query: QueryOfPool, readStatus: ReadStatus): Promise<Foreseeing>;
}

interface Kept {
  /** Whoever asks while they are being read waits for the same. */
  readonly foreseen: Promise<readonly Foreseen[]>;
  readonly about: string;
  readonly takenAt: number;
  freshUntilMs: number;
}

/** When pools are full, for all who ask. */
export function createForesight(deps: ForesightDeps): Foreseer {
  const { clock, readPools } = deps;
  let kept: Kept | null = null;

  /** Those of a while ago, unless there are other pools now, or it is another day. */
  async function foresee(pools: readonly string[]): Promise<{ foreseen: readonly Foreseen[]; takenAt: number }> {
    const about = JSON.stringify([dayAt(clock.now()), pools.toSorted()]);
    if (kept?.about === about && clock.monotonicMs() < kept.freshUntilMs)
      return { foreseen: await kept.foreseen, takenAt: kept.takenAt };
    const own: Kept = {
      foreseen: foreseePools(deps, new Set(pools)),
      about,
      takenAt: clock.now(),
      freshUntilMs: Number.POSITIVE_INFINITY,
    };
    kept = own;
    try {
      const foreseen = await own.foreseen;
      const known = new Set(foreseen.map(({ foresight }) => foresight.pool));
      own.freshUntilMs = clock.monotonicMs() + (pools.every((key) => known.has(key)) ? FRESH_MS : BRIEF_MS);
      return { foreseen, takenAt: own.takenAt };
    } catch (error) {
      own.freshUntilMs = Number.NEGATIVE_INFINITY;
      throw error;
    }
  }

  async function ofPools(pools: readonly string[]): Promise<readonly PoolForecast[]> {
    return (await foresee(pools)).foreseen.flatMap(({ foresight: { pool, kind, asItGoes } }) =>
      kind === 'pool' ? [{ pool, forecast: asItGoes }] : [],
    );
  }

  async function foreseeAll() {
    const keys = keysOf(await readPools());
    const { foreseen: all, takenAt } = await foresee(keys);
    const known = new Set(all.map(({ foresight }) => foresight.pool));
    const unsampled = keys.filter((key) => !known.has(key));
    return { all, takenAt: new Date(takenAt).toISOString(), unsampled };
  }

  return {
    ofPools,
    poolForecasts: async () => ofPools(keysOf(await readPools())),
    async all() {
      const { all, takenAt, unsampled } = await foreseeAll();
      return { takenAt, pools: all.map(({ foresight }) => foresight), unsampled };
    },
    async one(query, readStatus) {
      const { all, takenAt, unsampled } = await foreseeAll();
      // A shell that completes names adds a slash to those of folders.
      const pool = query.pool.replace(/(?<=.)\/+$/, '');
      const wanted = all.filter(({ foresight }) => foresight.pool === pool);
      if (wanted.length === 0 && !unsampled.includes(pool)) throw unknownPool(query.pool);
      const status = await readStatus();
      const pools = await Promise.all(
        wanted.map(async (foreseen): Promise<PoolForesight> => {
          const detail = await describePool(deps, { foreseen, status, query });
          return { ...foreseen.foresight, detail };
        }),
      );
      return { takenAt, pools, unsampled: unsampled.filter((key) => key === pool) };
    },
  };
}

const keysOf = (pools: readonly Pick<PoolState, 'key'>[]) => pools.map(({ key }) => key);

function unknownPool(wanted: string): Fault {
  return new Fault({
    code: 'unknown-pool',
    operation: 'foresee when a pool is full',
    subject: wanted,
    cause: 'no pool of this host is called so',
    hint: '`trimtab forecast` lists them.',
  });
}
