import { expect, it } from 'vitest';
import { drawPassages } from '../../../collector/src/forecast/passages.ts';
import { daysOf, scatter } from './series.ts';

/** It goes on for certain. */
const NONE = { probability: 0, medianDays: 100 };

const draw = ({ levels, room, shifts = [] }: { levels: readonly number[]; room: number; shifts?: readonly number[] }) =>
  drawPassages({
    history: {
      steady: Float64Array.from(levels),
      shifts: shifts.map((change, index) => ({ index: index + 1, change })),
    },
    pause: NONE,
    room,
  });

it('of steady growth are all on one day', () => {
  const { days, futures } = draw({ levels: daysOf(100, (day) => 10 * day), room: 305 });
  expect(days).toEqual(daysOf(futures, () => 31));
});

it('are never, of what does not grow', () => {
  expect(draw({ levels: daysOf(100, () => 10), room: 1 }).days).toEqual([]);
  expect(draw({ levels: daysOf(100, (day) => 1000 - day), room: 1 }).days).toEqual([]);
});

it('come on the day of the week on which it grows', () => {
  // Up by 7 on every seventh day; the last day of the history is the third after such a one.
  const { days } = draw({ levels: daysOf(102, (day) => 7 * Math.floor(day / 7)), room: 20 });
  expect(new Set(days)).toEqual(new Set([18]));
});

it('do not come of noise that adds up to nothing', () => {
  const levels = daysOf(365, (day) => scatter({ index: day, below: 100 }));
  const { days, futures } = draw({ levels, room: 300 });
  // A walk of such steps would have taken a third of them there within a year.
  expect(days.filter((day) => day <= 365).length / futures).toBeLessThan(0.05);
});

it('come of shifts as often as those came, and no more often than once a year for each', () => {
  const flat = daysOf(101, () => 10);
  const { days, futures } = draw({ levels: flat, room: 50, shifts: [60] });
  // A year on, one of e futures has seen none.
  const within = days.filter((day) => day <= 365).length / futures;
  expect(within).toBeGreaterThan(1 - 1 / Math.E - 0.1);
  expect(within).toBeLessThan(1 - 1 / Math.E + 0.1);
  expect(draw({ levels: flat, room: 50, shifts: [-60] }).days).toEqual([]);
});

it('come so much later in the part of them that begins with a pause', () => {
  const history = { steady: Float64Array.from(daysOf(101, (day) => 10 * day)), shifts: [] };
  const { days, futures } = drawPassages({ history, pause: { probability: 0.25, medianDays: 100 }, room: 305 });
  const paused = days.filter((day) => day > 31);
  expect(days.filter((day) => day === 31).length / futures).toBeCloseTo(0.75, 1);
  // Half of the pauses are longer than their median, and a tenth longer than nine times that.
  expect(paused.filter((day) => day > 131).length / paused.length).toBeCloseTo(0.5, 1);
  expect(paused.filter((day) => day > 931).length / paused.length).toBeCloseTo(0.1, 1);
});
