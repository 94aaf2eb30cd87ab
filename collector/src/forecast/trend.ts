const WEEK_DAYS = 7;
/** A trend of years ago is none of today. */
const WEEKS = 104;
const LEAST_LEVELS = 8;
/** One flat history in a hundred is taken to rise. */
const DEVIATIONS = 2.326;

/**
 * Whether a level rises, and does not only stand higher by chance: the test by Mann and Kendall, which asks of every two
 * weeks in which of them it was higher, and not by how much.
 */
export function isRising(levels: Float64Array): boolean {
  const known = levels.length - 1;
  // A short history is looked at day by day.
  const stepDays = Math.min(WEEK_DAYS, Math.max(1, Math.floor(known / LEAST_LEVELS)));
  const newestFirst: number[] = [];
  for (let day = known; day >= 0 && newestFirst.length <= WEEKS; day -= stepDays) {
    newestFirst.push(levels[day] ?? 0);
  }
  let higher = 0;
  for (const [index, level] of newestFirst.entries()) {
    for (let earlier = index + 1; earlier < newestFirst.length; earlier += 1) {
      higher += Math.sign(level - (newestFirst[earlier] ?? 0));
    }
  }
  const count = newestFirst.length;
  const deviation = Math.sqrt((count * (count - 1) * (2 * count + 5)) / 18);
  return higher - 1 > DEVIATIONS * deviation;
}
