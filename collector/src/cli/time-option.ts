import { InvalidArgumentError } from 'commander';

const UNIT_MS: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** A stretch of time as people write it: 30m, 2h, 3d, 2w. */
export function readStretch(text: string): number | null {
  if (text === '0') return 0;
  const [, count, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(text) ?? [];
  return count === undefined ? null : Number(count) * (UNIT_MS[unit] ?? 0);
}

/** What reads an option that is one, within bounds. */
export function parseStretch({ leastMs, mostMs }: { readonly leastMs: number; readonly mostMs: number }) {
  return (text: string): number => {
    const ms = readStretch(text);
    if (ms !== null && ms >= leastMs && ms <= mostMs) return ms;
    const least = leastMs === 0 ? '0' : `${leastMs / 60_000}m`;
    throw new InvalidArgumentError(`It is a time such as 30m, 2h or 3d, from ${least} to ${mostMs / 86_400_000}d.`);
  };
}
