/** Did another trim run, or is it only known that one may have? */
export type Company = 'ran' | 'may-have-run';

/** Somebody who trims on some pools without a slot. */
export interface PasserBy {
  readonly pools: readonly string[];
  isThere(): boolean;
}

/** Over some pools, for a trim that discards there. */
export interface PoolWatch {
  /** Those on which another trim ran, so far: their free space tells of both. */
  sharedPools(): ReadonlyMap<string, Company>;
  end(): void;
}

interface Watching {
  readonly pools: readonly string[];
  readonly shared: Map<string, Company>;
}

/** Who else trims on a pool while somebody watches it. */
export function createPoolCompany() {
  const watches = new Set<Watching>();
  /** As far as is known. */
  const passersBy = new Set<PasserBy>();

  /** What ran outweighs what may have. */
  function note({ pools, company }: { pools: readonly string[]; company: Company }): void {
    for (const watch of watches)
      for (const pool of pools.filter((each) => watch.pools.includes(each)))
        if (watch.shared.get(pool) !== 'ran') watch.shared.set(pool, company);
  }

  function forgetGone(): void {
    for (const passerBy of passersBy) if (!passerBy.isThere()) passersBy.delete(passerBy);
  }

  return {
    /** From now on; `shared` is what is known of these pools already. */
    watch({ pools, shared }: { pools: readonly string[]; shared: ReadonlyMap<string, Company> }): PoolWatch {
      forgetGone();
      const watching: Watching = { pools, shared: new Map(shared) };
      for (const passerBy of passersBy)
        for (const pool of passerBy.pools) if (pools.includes(pool)) watching.shared.set(pool, 'ran');
      watches.add(watching);
      return {
        sharedPools: () => new Map(watching.shared),
        end: () => void watches.delete(watching),
      };
    },
    /** A trim on these pools: whoever watches one of them is to know. */
    note,
    /** From now on, as long as it is there, nobody who watches one of its pools is alone. */
    passBy(passerBy: PasserBy): void {
      forgetGone();
      note({ pools: passerBy.pools, company: 'ran' });
      if (passerBy.pools.length > 0 && passerBy.isThere()) passersBy.add(passerBy);
    },
  };
}
