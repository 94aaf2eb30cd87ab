import type { AlertSettings } from '../model/alert-settings.ts';
import type { AlertReading } from '../model/alert-state.ts';
import type { AlertFacts } from './facts.ts';

/** How long it must be so until an alert starts, and must not be so until it ends. */
export interface Timing {
  readonly startAfterMs: number;
  readonly endAfterMs: number;
}

/** When a person should know. A subject of which nothing is known has no reading. */
export interface Rule {
  read(facts: AlertFacts, settings: AlertSettings): readonly AlertReading[];
  timing(settings: AlertSettings): Timing;
}

export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;

/** Where a figure stands that must not rise: at its mark or over it, below the lower one, or between the two. */
export function standOf({
  figure,
  mark,
  lower,
}: {
  readonly figure: number;
  readonly mark: number;
  readonly lower: number;
}): AlertReading['stands'] {
  if (figure >= mark) return 'over';
  return figure < lower ? 'under' : 'between';
}

/** Where all of some conditions together stand: a line alone is no alert. */
export function together(stands: readonly AlertReading['stands'][]): AlertReading['stands'] {
  if (stands.includes('under')) return 'under';
  return stands.includes('between') ? 'between' : 'over';
}

/** Down, so that 94.9 is not told as the mark of 95. */
export const toPercent = (part: number): number => Math.floor(part * 1000) / 10;

/** With one digit where it says more: `4 %`, `0.4 %`. */
export function formatPercent(percent: number): string {
  return `${percent < 10 ? Math.floor(percent * 10) / 10 : Math.floor(percent)} %`;
}
