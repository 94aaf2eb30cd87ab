import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { toDayNumber } from '../../../collector/src/model/day.ts';
import type { KnownSeries } from './known-series.ts';

const FOLDER = join(import.meta.dirname, '../../fixtures/series');
const STARTS = 12;
/** Of history before the first start, and of truth after the last. */
const LEAST_DAYS = 30;

/** `growth`: those that the method was built with. `unseen`: more of them, that it was shown when it was finished. */
export type Curves = 'growth' | 'unseen';

/** The real ones, from test/fixtures/series. */
export function readGrowthCurves(curves: Curves): readonly KnownSeries[] {
  const files = readdirSync(FOLDER).filter((name) => name.startsWith(`${curves}-`));
  return files.toSorted().map(readOne);
}

function readOne(file: string): KnownSeries {
  const rows = readFileSync(join(FOLDER, file), 'utf8').trim().split('\n').slice(1);
  const changes = rows.map((row) => {
    const [day = '', change = ''] = row.split(',');
    return { dayNumber: toDayNumber(day), change: Number(change) };
  });
  const firstDay = changes[0]?.dayNumber ?? 0;
  const levels: number[] = [];
  for (const { dayNumber, change } of changes) {
    const before = levels.at(-1) ?? 0;
    while (levels.length < dayNumber - firstDay) levels.push(before);
    levels.push(before + change);
  }
  const room = levels.length - 2 * LEAST_DAYS;
  const starts = Array.from({ length: STARTS }, (_, step) => LEAST_DAYS + Math.floor((room * step) / STARTS) - 1);
  return { name: file.replace('.csv', ''), kind: 'real', firstDay, levels, hidden: new Set(), starts };
}
