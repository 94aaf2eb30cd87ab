import type { Asked } from './forecaster.ts';
import { type KnownSeries, toldOn } from './known-series.ts';

/** One question whose answer is known. */
export interface Case {
  readonly series: string;
  readonly kind: string;
  readonly asked: Asked;
  /** After how many days the capacity is first reached; null where it is not, as long as the truth is known. */
  readonly trueDays: number | null;
  /** How many days after the start are known. */
  readonly followedDays: number;
  /** It stands no higher than 90 days before, or grows by no plan: nothing that anybody should be woken for. */
  readonly quiet: boolean;
}

/** How full the pool is on the day on which it is asked. */
const FILLS = [0.98, 0.95, 0.9, 0.8, 0.6];
const QUIET_KINDS: readonly string[] = ['flat', 'shrinking'];
const QUIET_DAYS = 90;

/** Every start of every series, with capacities that are reached later, and some that are not. */
export function toCases(seriesList: readonly KnownSeries[]): readonly Case[] {
  return seriesList.flatMap((series) => series.starts.flatMap((start) => casesFrom({ series, start })));
}

function casesFrom({ series, start }: { series: KnownSeries; start: number }): readonly Case[] {
  const level = series.levels[start] ?? 0;
  // Nobody has a pool with nothing in it, or less, whose size follows from that.
  if (level <= 0) return [];
  const levels = toldOn({ series, start });
  const before = series.levels[Math.max(0, start - QUIET_DAYS)] ?? level;
  return FILLS.map((fill) => {
    const capacity = Math.ceil(level / fill);
    const reached = series.levels.findIndex((later, day) => day > start && later >= capacity);
    return {
      series: series.name,
      kind: series.kind,
      asked: { levels, capacity },
      trueDays: reached === -1 ? null : reached - start,
      followedDays: series.levels.length - 1 - start,
      quiet: QUIET_KINDS.includes(series.kind) || (series.kind === 'real' && level <= before),
    };
  });
}
