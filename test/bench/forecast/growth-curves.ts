import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toDayNumber } from '../../../collector/src/model/day.ts';
import type { KnownSeries } from './known-series.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/series');
const STARTS = 12;
/** Of history before the first start, and of truth after the last. */
const LEAST_DAYS = 30;

/**
 * `growth`: those that the method was built with. `unseen`: more of them, that it was shown when it was finished, and
 * `fresh`: once more, when it was changed. `pool`: what a collector sampled of pools that real guests filled.
 */
export type Curves = 'growth' | 'unseen' | 'fresh' | 'pool';

/** The real ones, from test/fixtures/series. */
export function readGrowthCurves(curves: Curves): readonly KnownSeries[] {
  const files = readdirSync(FOLDER).filter((name) => name.startsWith(`${curves}-`));
  return files.toSorted().map(readOne);
}

function readOne(file: string): KnownSeries {
  const [heading = '', ...rows] = readFileSync(join(FOLDER, file), 'utf8').trim().split('\n');
  const numbers = rows.map((row) => {
    const [day = '', number = ''] = row.split(',');
    return { dayNumber: toDayNumber(day), number: Number(number) };
  });
  const firstDay = numbers[0]?.dayNumber ?? 0;
  const isChange = heading === 'day,change';
  const levels: number[] = [];
  const hidden = new Set<number>();
  for (const { dayNumber, number } of numbers) {
    const before = levels.at(-1) ?? 0;
    while (levels.length < dayNumber - firstDay) {
      // A day that nobody sampled is not shown; of changes, one without any is known.
      if (!isChange) hidden.add(levels.length);
      levels.push(before);
    }
    levels.push(isChange ? before + number : number);
  }
  const room = levels.length - 2 * LEAST_DAYS;
  const wanted = Array.from({ length: STARTS }, (_, step) => LEAST_DAYS + Math.floor((room * step) / STARTS) - 1);
  const starts = wanted.filter((start) => !hidden.has(start));
  return { name: file.replace('.csv', ''), kind: 'real', firstDay, levels, hidden, starts };
}
