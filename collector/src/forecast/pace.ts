/** Two weeks hold the rhythm of the week twice. */
const SHORTEST_DAYS = 14;
/** Pairs farther back than this say little of today. */
const PAIRS = 8;
/** How unlike the stretches of a level are that has just begun. */
const UNLIKE_AT_FIRST = 0.1;
/**
 * How much of the unlikeness of the past is expected of the future, as a deviation of the pace's logarithm. So the
 * intervals of 80 % held 80 to 85 % of what came, of the series that this was built on (docs/forecast-quality.md).
 */
const SPREAD_OF_UNLIKE = 1.6;
/** Also of what has always grown alike: 2 %. */
const LEAST_SPREAD = 0.02;

/**
 * How unlike the growth of two weeks was to that of the two before (0: the same; 1: one of them had none, or they went
 * opposite ways), on average.
 */
export function unlikeOf(steady: Float64Array): number {
  return meanUnlike({ before: UNLIKE_AT_FIRST, pairs: unlikePairs({ steady, days: SHORTEST_DAYS }) });
}

/** What is known of shorter stretches weighs as much as one pair. */
function meanUnlike({ before, pairs }: { before: number; pairs: readonly number[] }): number {
  return (before + pairs.reduce((sum, one) => sum + one, 0)) / (1 + pairs.length);
}

/** By how much the pace may differ from the past, over up to so many days. */
export interface PaceSpread {
  /** Infinite for the last. */
  readonly untilDays: number;
  /** The deviation of the logarithm of the pace. */
  readonly spread: number;
}

/**
 * Told by the history itself: how unlike the growth of one stretch was to that of the stretch before (0: the same; 1:
 * one of them had none, or they went opposite ways), for stretches of two weeks, four, and so on. Each tells of what is
 * about as far ahead as it is long, the longest also of all that is farther. Shortest first.
 */
export function toPaceSpreads(steady: Float64Array): readonly PaceSpread[] {
  const found: PaceSpread[] = [];
  let unlike = UNLIKE_AT_FIRST;
  for (let days = SHORTEST_DAYS; days === SHORTEST_DAYS || 2 * days < steady.length; days *= 2) {
    unlike = meanUnlike({ before: unlike, pairs: unlikePairs({ steady, days }) });
    const spread = Math.max(LEAST_SPREAD, SPREAD_OF_UNLIKE * unlike);
    const isLast = 4 * days >= steady.length;
    found.push({ untilDays: isLast ? Number.POSITIVE_INFINITY : days * Math.SQRT2, spread });
  }
  return found;
}

/** Of each stretch of so many days to the one before, from the end of the history. */
function unlikePairs({ steady, days }: { steady: Float64Array; days: number }): number[] {
  const found: number[] = [];
  for (let end = steady.length - 1; end >= 2 * days && found.length < PAIRS; end -= days) {
    const [later, middle, earlier] = [steady[end] ?? 0, steady[end - days] ?? 0, steady[end - 2 * days] ?? 0];
    const [growth, before] = [later - middle, middle - earlier];
    const moved = Math.abs(growth) + Math.abs(before);
    if (moved > 0) found.push(Math.abs(growth - before) / moved);
  }
  return found;
}
