/** Gives back what was taken; calling it again does nothing. */
export type Release = () => void;

interface Waiting {
  readonly pools: readonly string[];
  readonly enter: () => void;
}

/**
 * How many trims run at once on a pool (DESIGN R7). First come, first served, but a trim that only waits for a busy
 * pool does not hold up those behind it that need another.
 */
export function createSlots(slotsPerPool: number) {
  const busy = new Map<string, number>();
  let waiting: Waiting[] = [];

  function take(pools: readonly string[]): Release {
    for (const pool of pools) busy.set(pool, (busy.get(pool) ?? 0) + 1);
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      for (const pool of pools) busy.set(pool, (busy.get(pool) ?? 1) - 1);
      admit();
    };
  }

  const isFree = (pools: readonly string[]) => pools.every((pool) => (busy.get(pool) ?? 0) < slotsPerPool);

  function admit(): void {
    for (const entry of [...waiting]) {
      if (!isFree(entry.pools)) continue;
      waiting = waiting.filter((other) => other !== entry);
      entry.enter();
    }
  }

  return {
    /** Resolves when every pool has a free slot; rejects when the signal aborts first. */
    acquire(pools: readonly string[], signal: AbortSignal): Promise<Release> {
      const distinct = [...new Set(pools)];
      if (isFree(distinct)) return Promise.resolve(take(distinct));
      return new Promise((resolve, reject) => {
        const entry: Waiting = { pools: distinct, enter: () => resolve(take(distinct)) };
        waiting.push(entry);
        signal.addEventListener('abort', () => {
          waiting = waiting.filter((other) => other !== entry);
          reject(signal.reason);
        });
      });
    },
    /** How many trims hold a slot of this pool now. */
    busyOn: (pool: string): number => busy.get(pool) ?? 0,
  };
}

export type Slots = ReturnType<typeof createSlots>;
