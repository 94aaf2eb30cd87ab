import { type Company, createPoolCompany, type PoolWatch } from './pool-company.ts';

/** A slot on each of some pools, until it is released. */
export interface Hold {
  /** Gives the slots back; calling it again does nothing. */
  release(): void;
  /** Those on which another trim ran at any moment of this hold, so far: their free space tells of both. */
  sharedPools(): ReadonlyMap<string, Company>;
  /** The pools are watched on, with what is known of them by now, also after the release: until this watch is ended. */
  watchOn(): PoolWatch;
  /** Does another trim stand in line for one of these pools? */
  isWanted(): boolean;
}

interface Waiting {
  readonly pools: readonly string[];
  readonly enter: () => void;
}

/**
 * How many trims run at once on a pool (ARCHITECTURE.md, R7). First come, first served, but a trim that only waits for
 * a busy pool does not hold up those behind it that need another.
 */
export function createSlots(slotsPerPool: number) {
  /** How many trims hold a slot of each pool. */
  const busy = new Map<string, number>();
  const company = createPoolCompany();
  const waiting = new Set<Waiting>();

  const busyOn = (pool: string): number => busy.get(pool) ?? 0;
  const isFree = (pools: readonly string[]) => pools.every((pool) => busyOn(pool) < slotsPerPool);

  function take(pools: readonly string[]): Hold {
    // Before it watches, for it is no company of its own.
    company.note({ pools, company: 'ran' });
    const watch = company.watch({
      pools,
      shared: new Map(pools.filter((pool) => busyOn(pool) > 0).map((pool) => [pool, 'ran'])),
    });
    for (const pool of pools) busy.set(pool, busyOn(pool) + 1);
    let isHeld = true;
    return {
      release() {
        if (!isHeld) return;
        isHeld = false;
        pools.forEach(giveBack);
        watch.end();
        admit();
      },
      sharedPools: watch.sharedPools,
      watchOn: () => company.watch({ pools, shared: watch.sharedPools() }),
      isWanted: () => [...waiting].some((entry) => entry.pools.some((pool) => pools.includes(pool))),
    };
  }

  function giveBack(pool: string): void {
    const left = busyOn(pool) - 1;
    if (left > 0) busy.set(pool, left);
    else busy.delete(pool);
  }

  function admit(): void {
    for (const entry of waiting) {
      if (!isFree(entry.pools)) continue;
      waiting.delete(entry);
      entry.enter();
    }
  }

  return {
    /** Resolves when every pool has a free slot; rejects when the signal aborts first, or has. */
    acquire(pools: readonly string[], signal: AbortSignal): Promise<Hold> {
      const distinct = [...new Set(pools)];
      if (signal.aborted) return Promise.reject(signal.reason);
      if (isFree(distinct)) return Promise.resolve(take(distinct));
      return new Promise((resolve, reject) => {
        const entry: Waiting = { pools: distinct, enter: () => resolve(take(distinct)) };
        waiting.add(entry);
        const giveUp = () => {
          waiting.delete(entry);
          reject(signal.reason);
        };
        signal.addEventListener('abort', giveUp, { once: true });
      });
    },
    /** From now on, as long as it is there, nobody who has a slot on one of these pools is alone. */
    passBy: company.passBy,
    /**
     * A trim is told of that ran without a slot while nobody heard of it. When that was, only its guest's own clock
     * says: who has a slot on one of these pools may not have been alone.
     */
    mayHavePassedBy(pools: readonly string[]): void {
      company.note({ pools, company: 'may-have-run' });
    },
    /** How many trims hold a slot of this pool now. */
    busyOn,
  };
}

export type Slots = ReturnType<typeof createSlots>;
