const SHORTEST_DAYS = 28;

/**
 * What a level grows by in a day, without its shifts: the mean over the last four weeks, eight, and so on, up to all
 * that is known; of these the one in the middle, so that neither one good month nor an old habit decides.
 */
export function growthPerDay(steady: Float64Array): number {
  const known = steady.length - 1;
  const now = steady[known] ?? 0;
  const rates: number[] = [];
  for (let days = SHORTEST_DAYS; days < known; days *= 2) rates.push((now - (steady[known - days] ?? 0)) / days);
  rates.push((now - (steady[0] ?? 0)) / known);
  rates.sort((a, b) => a - b);
  return rates[Math.floor((rates.length - 1) / 2)] ?? 0;
}
