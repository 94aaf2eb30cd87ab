/** Did another trim run, or is it only known that one may have? */
export type Company = 'ran' | 'may-have-run';

/** The pools that were not watched alone, so far. */
export type Shared = Map<string, Company>;

/** Who watches a pool, and is to know who else trims on it: its free space tells of both. */
export function createPoolCompany() {
  const watching = new Map<string, Set<Shared>>();

  function leave(pool: string, own: Shared): void {
    const left = watching.get(pool);
    left?.delete(own);
    if (left?.size === 0) watching.delete(pool);
  }

  return {
    /** What is noted from now on goes into `own`; the returned function ends it. */
    watch({ pools, own }: { pools: readonly string[]; own: Shared }): () => void {
      for (const pool of pools) watching.set(pool, (watching.get(pool) ?? new Set()).add(own));
      return () => {
        for (const pool of pools) leave(pool, own);
      };
    },
    /** A trim on these pools: what ran outweighs what may have. */
    note({ pools, company }: { pools: readonly string[]; company: Company }): void {
      for (const pool of pools)
        for (const shared of watching.get(pool) ?? []) if (shared.get(pool) !== 'ran') shared.set(pool, company);
    },
  };
}
