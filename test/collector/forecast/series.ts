import { toDay, toDayNumber } from '../../../collector/src/model/day.ts';
import type { DayLevel } from '../../../collector/src/model/forecast.ts';

const FIRST = toDayNumber('2026-01-05');

/** A level a day from 2026-01-05, a Monday, on; days without one are left out. */
export function toSeries(levels: readonly (number | null)[]): readonly DayLevel[] {
  return levels.flatMap((level, index) => (level === null ? [] : [{ day: toDay(FIRST + index), level }]));
}

export function daysOf<Value>(count: number, toValue: (index: number) => Value): Value[] {
  return Array.from({ length: count }, (_, index) => toValue(index));
}

/** Whole numbers from 0 up to and without `below`, the same every time, without order. */
export function scatter({ index, below }: { index: number; below: number }): number {
  return Math.floor((((index + 1) * 0.618033988749895) % 1) * below);
}
