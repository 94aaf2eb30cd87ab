/** The middle value, or the mean of the two in the middle. Throws for none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const upper = sorted[Math.floor(sorted.length / 2)];
  const lower = sorted[Math.ceil(sorted.length / 2) - 1];
  if (lower === undefined || upper === undefined) throw new Error('there is no median of nothing');
  return (lower + upper) / 2;
}

/** The value that so great a part of them does not exceed; NaN of none. */
export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}

/** `1612 (1540..1702)`: the median, and from the least to the most. */
export function formatSpread(values: readonly number[], decimals = 0): string {
  const [middle, least, most] = [median(values), Math.min(...values), Math.max(...values)];
  return `${middle.toFixed(decimals)} (${least.toFixed(decimals)}..${most.toFixed(decimals)})`;
}
