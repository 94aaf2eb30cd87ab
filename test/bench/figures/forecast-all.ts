import { toDay } from '../../../collector/src/model/day.ts';
import type { Benchmark } from '../benchmark.ts';
import { Dice } from '../forecast/dice.ts';
import type { Asked } from '../forecast/forecaster.ts';
import { ALTERNATIVES } from '../forecast/judge.ts';
import { ours } from '../forecast/ours.ts';
import { SHAPES } from '../forecast/shapes/all.ts';
import { formatSpread, median } from '../statistics.ts';

const POOLS = 20;
const DAYS = 365;
const ROUNDS = 9;
const FIRST_DAY = 20_000;

/**
 * The forecasts of 20 pools from the days of a year, of all shapes that forecast quality is measured with, 85 % full:
 * what is computed, without the reading of the history. Against a bootstrap of daily differences of the same.
 */
export const forecastAll: Benchmark = {
  figures: [{ figure: 'forecast-all', unit: 'ms', bar: 300, bound: 'at most', decimals: 0 }],
  async measure({ signal }) {
    const pools = Array.from({ length: POOLS }, (_, pool) => createPool(pool));
    const times = { ours: [] as number[], bootstrap: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      signal.throwIfAborted();
      times.ours.push(timeOf(() => pools.map(ours)));
      times.bootstrap.push(timeOf(() => pools.map(ALTERNATIVES.bootstrap)));
    }
    const [first = Number.NaN] = times.ours;
    return {
      'forecast-all': {
        value: median(times.ours),
        against: `bootstrap of daily differences, 200 paths each: ${formatSpread(times.bootstrap)} ms; ours ${formatSpread(times.ours)} ms, the first ${first.toFixed(0)} ms; medians of ${ROUNDS}`,
      },
    };
  },
};

function createPool(pool: number): Asked {
  const shapes = Object.values(SHAPES);
  const shape = shapes[pool % shapes.length];
  if (shape === undefined) throw new Error('there is no shape');
  const drawn = shape({ dice: new Dice(pool), days: DAYS, knownDays: DAYS, base: 2e12, growth: 2e9 });
  const levels = drawn.map((level, index) => ({
    day: toDay(FIRST_DAY + index),
    dayNumber: FIRST_DAY + index,
    level: Math.max(0, Math.round(level)),
  }));
  return { levels, capacity: Math.ceil((levels.at(-1)?.level ?? 0) / 0.85) };
}

function timeOf(run: () => unknown): number {
  const beganMs = performance.now();
  run();
  return performance.now() - beganMs;
}
