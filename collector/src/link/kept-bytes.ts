/**
 * Bytes that are kept for some, bounded in sum. Where more do not fit, the one that has most gives way; where that is
 * no more than what comes, it does not stay.
 */
export function createKeptBytes<Keeper>(mostBytes: number) {
  const kept = new Map<Keeper, number>();
  let sum = 0;

  function drop(keeper: Keeper): void {
    sum -= kept.get(keeper) ?? 0;
    kept.delete(keeper);
  }

  function largest(): { readonly keeper: Keeper; readonly bytes: number } | null {
    let found: { readonly keeper: Keeper; readonly bytes: number } | null = null;
    for (const [keeper, bytes] of kept) if (found === null || bytes > found.bytes) found = { keeper, bytes };
    return found;
  }

  return {
    sum: () => sum,
    drop,
    /** In the place of what it had. Who has to give way, nothing of whom is counted any more; null when all fits. */
    keep(keeper: Keeper, bytes: number): Keeper | null {
      drop(keeper);
      let leaving: Keeper | null = null;
      if (sum + bytes > mostBytes) {
        const most = largest();
        if (most === null || most.bytes <= bytes) return keeper;
        leaving = most.keeper;
        drop(leaving);
      }
      kept.set(keeper, bytes);
      sum += bytes;
      return leaving;
    },
  };
}
