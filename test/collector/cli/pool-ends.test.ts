import { expect, it } from 'vitest';
import { drawLevelLine } from '../../../collector/src/cli/report-html/level-line.ts';
import { toPoolEnds } from '../../../collector/src/cli/views/pool-ends.ts';
import type { ReportPool } from '../../../collector/src/model/report.ts';

const DAY_MS = 86_400_000;
const UNTIL = { until: '2026-11-27T12:00:00.000Z' };
const TODAY = Date.parse('2026-11-27T00:00:00Z');
const poolOf = (levels: Readonly<Record<number, number>>): ReportPool => ({
  pool: '/srv',
  points: Object.entries(levels)
    .map(([daysAgo, bytes]) => ({
      at: TODAY - Number(daysAgo) * DAY_MS,
      leastBytes: bytes,
      levelBytes: bytes,
      mostBytes: bytes,
      limitBytes: 400,
    }))
    .sort((one, other) => one.at - other.at) as never,
});

it('then is the first day that is known, and is told as that day', () => {
  const before = { day: '2026-11-05', levelBytes: 100, changeBytes: 50 };
  expect(toPoolEnds(poolOf({ 22: 100, 0: 150 }), UNTIL)).toMatchObject({ before, goneSince: null });
});

it('of a pool that is known for a day there is neither a then nor a change, and one that is gone has no now', () => {
  expect(toPoolEnds(poolOf({ 0: 150 }), UNTIL)).toMatchObject({ before: null, last: { levelBytes: 150 } });
  expect(toPoolEnds(poolOf({ 9: 100, 8: 150 }), UNTIL)).toMatchObject({ goneSince: '2026-11-19' });
  expect(toPoolEnds(poolOf({}), UNTIL)).toBeNull();
});

it('one level is a line as well, with its size above it', () => {
  const drawn = drawLevelLine(poolOf({ 0: 150 }));
  expect(drawn).toMatch(/class="level" points="0\.0,[\d.]+ 720\.0,/);
  expect(drawn).toContain('dashed: its size');
});
