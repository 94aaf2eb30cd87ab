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
  /** Of a series that is flat or shrinks, or a real one that stands no higher than 90 days before. */
  readonly quiet: boolean;
}

/**
 * Where the capacities come from. `fill`: from how full the pool is, as for everybody who has one; some are reached,
 * some are not. `hindsight`: the highest level of so many days to come, which is then reached for certain, and one that
 * is above all of them.
 */
export type Capacities = 'fill' | 'hindsight';

const FILLS = [0.98, 0.95, 0.9, 0.8, 0.6];
const AHEAD_DAYS = [7, 30, 90, 180, 365];
/** What a capacity is above the levels of the last of those. */
const NEVER = 1.1;
const QUIET_KINDS: readonly string[] = ['flat', 'shrinking'];
const QUIET_DAYS = 90;

/** Every start of every series, with capacities that are reached later, and some that are not. */
export function toCases(seriesList: readonly KnownSeries[], capacities: Capacities = 'fill'): readonly Case[] {
  return seriesList.flatMap((series) => series.starts.flatMap((start) => casesFrom({ series, start, capacities })));
}

interface Start {
  readonly series: KnownSeries;
  readonly start: number;
}

function casesFrom({ series, start, capacities }: Start & { capacities: Capacities }): readonly Case[] {
  const level = series.levels[start] ?? 0;
  // Nobody has a pool with nothing in it, or less, whose size follows from that.
  if (level <= 0) return [];
  const levels = toldOn({ series, start });
  const before = series.levels[Math.max(0, start - QUIET_DAYS)] ?? level;
  const chosen = capacities === 'fill' ? FILLS.map((fill) => Math.ceil(level / fill)) : inHindsight({ series, start });
  return chosen.map((capacity) => {
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

function inHindsight({ series, start }: Start): readonly number[] {
  const level = series.levels[start] ?? 0;
  const highest = AHEAD_DAYS.map((days) => Math.max(...series.levels.slice(start, start + days + 1)));
  const reached = highest.filter((most, index) => most > level && most !== highest[index - 1]);
  return [...reached, Math.ceil(NEVER * (highest.at(-1) ?? level))];
}
