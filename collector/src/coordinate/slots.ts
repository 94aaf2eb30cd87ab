/** Did another trim run, or is it only known that one may have? */
export type Company = 'ran' | 'may-have-run';

/** A slot on each of some pools, until it is released. */
export interface Hold {
  /** Gives the slots back; calling it again does nothing. */
  release(): void;
  /** Those on which another trim ran at any moment of this hold, so far: their free space tells of both. */
  sharedPools(): ReadonlyMap<string, Company>;
  /** Does another trim stand in line for one of these pools? */
  isWanted(): boolean;
}

interface Holding {
  readonly shared: Map<string, Company>;
}

/** Somebody who trims on some pools without a slot. */
export interface PasserBy {
  readonly pools: readonly string[];
  isThere(): boolean;
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
  const holdings = new Map<string, Set<Holding>>();
  /** As far as is known. */
  const passersBy = new Set<PasserBy>();
  const waiting = new Set<Waiting>();

  const busyOn = (pool: string): number => holdings.get(pool)?.size ?? 0;
  const isFree = (pools: readonly string[]) => pools.every((pool) => busyOn(pool) < slotsPerPool);

  function take(pools: readonly string[]): Hold {
    const own: Holding = { shared: new Map() };
    for (const pool of pools) {
      const others = holdings.get(pool) ?? new Set();
      if (others.size > 0) own.shared.set(pool, 'ran');
      for (const other of others) other.shared.set(pool, 'ran');
      holdings.set(pool, others.add(own));
    }
    for (const passerBy of passersBy) {
      if (!passerBy.isThere()) passersBy.delete(passerBy);
      else for (const pool of passerBy.pools.filter((each) => pools.includes(each))) own.shared.set(pool, 'ran');
    }
    let isHeld = true;
    return {
      release() {
        if (!isHeld) return;
        isHeld = false;
        for (const pool of pools) leave(own, pool);
        admit();
      },
      sharedPools: () => new Map(own.shared),
      isWanted: () => [...waiting].some((entry) => entry.pools.some((pool) => pools.includes(pool))),
    };
  }

  function leave(own: Holding, pool: string): void {
    const left = holdings.get(pool);
    left?.delete(own);
    if (left?.size === 0) holdings.delete(pool);
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
    passBy(passerBy: PasserBy): void {
      for (const pool of passerBy.pools) for (const { shared } of holdings.get(pool) ?? []) shared.set(pool, 'ran');
      for (const other of passersBy) if (!other.isThere()) passersBy.delete(other);
      if (passerBy.pools.length > 0 && passerBy.isThere()) passersBy.add(passerBy);
    },
    /**
     * A trim is told of that ran without a slot while nobody heard of it. When that was, only its guest's own clock
     * says: who has a slot on one of these pools may not have been alone.
     */
    mayHavePassedBy(pools: readonly string[]): void {
      for (const pool of pools)
        for (const { shared } of holdings.get(pool) ?? []) shared.set(pool, shared.get(pool) ?? 'may-have-run');
    },
    /** How many trims hold a slot of this pool now. */
    busyOn,
  };
}

export type Slots = ReturnType<typeof createSlots>;
