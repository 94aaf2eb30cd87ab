export interface PlacesLimit {
  readonly inAll: number;
  readonly perAddress: number;
}

/** Who has a place, with where it comes from. */
export interface Holder {
  readonly address: string;
}

/**
 * Places, counted in all and by address. Where all are taken, whoever hoards them gives way: the address that has the
 * most.
 */
export function createPlaces<Taker extends Holder>({ inAll, perAddress }: PlacesLimit) {
  /** The oldest of an address first. */
  const byAddress = new Map<string, Set<Taker>>();
  let count = 0;

  function largest(): ReadonlySet<Taker> {
    let most: ReadonlySet<Taker> = new Set();
    for (const takers of byAddress.values()) if (takers.size > most.size) most = takers;
    return most;
  }

  const takersOf = (address: string): ReadonlySet<Taker> => byAddress.get(address) ?? new Set();

  return {
    count: () => count,
    add(taker: Taker): void {
      const takers = byAddress.get(taker.address) ?? new Set();
      byAddress.set(taker.address, takers.add(taker));
      count += 1;
    },
    remove(taker: Taker): void {
      const takers = byAddress.get(taker.address);
      if (takers?.delete(taker) !== true) return;
      count -= 1;
      if (takers.size === 0) byAddress.delete(taker.address);
    },
    isFull: () => count >= inAll,
    isFullFor: (address: string) => takersOf(address).size >= perAddress,
    oldestOf: (address: string): Taker | null => first(takersOf(address)),
    /** The oldest of the address that has the most. */
    oldestOfLargest: (): Taker | null => first(largest()),
    /** The newest of the address that has the most, where that is more than this address would have with one more. */
    newestOfLarger(address: string): Taker | null {
      const most = largest();
      return most.size > takersOf(address).size + 1 ? ([...most].at(-1) ?? null) : null;
    },
    newestOfLargest: (): Taker | null => [...largest()].at(-1) ?? null,
  };
}

export type Places<Taker extends Holder> = ReturnType<typeof createPlaces<Taker>>;

function first<Taker>(takers: ReadonlySet<Taker>): Taker | null {
  const [oldest] = takers;
  return oldest ?? null;
}
