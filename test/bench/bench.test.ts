import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { Figure } from './benchmark.ts';
import { formatTable, isMet } from './figures-table.ts';
import { BENCHMARKS, FIGURE_NAMES } from './registry.ts';
import { median } from './statistics.ts';

const ROOT = join(import.meta.dirname, '../..');

it('measures exactly the figures that docs/performance.md names', () => {
  const page = readFileSync(join(ROOT, 'docs/performance.md'), 'utf8');
  const documented = [...page.matchAll(/^## (?<name>[a-z]+(?:-[a-z0-9]+)*)$/gm)].map(({ groups }) => groups?.name);
  expect(documented.toSorted()).toEqual([...FIGURE_NAMES].toSorted());
  expect(new Set(FIGURE_NAMES).size).toBe(FIGURE_NAMES.length);
});

it('prints one line of JSON a figure and nothing else on stdout', () => {
  const { stdout, status } = runBench('--json', 'agent-bundle');
  expect(stdout.split('\n')).toHaveLength(2);
  expect(JSON.parse(stdout)).toEqual({
    figure: 'agent-bundle',
    value: expect.any(Number),
    unit: 'KB',
    against: expect.any(String),
    bar: 600,
  });
  expect(status).toBe(0);
});

it('refuses a figure that there is not, before it measures anything', () => {
  const { stdout, stderr, status } = runBench('--json', 'agent-bundle', 'agent-size');
  expect(stdout).toBe('');
  expect(stderr).toContain('there is no figure agent-size');
  expect(status).toBe(2);
});

it('shows a missed bar, within 80 columns', () => {
  const against = 'something slower, measured in the same run by somebody who had a great deal to say about it';
  const figures = BENCHMARKS.flatMap((benchmark) => benchmark.figures);
  const results = figures.map((figure) => ({
    ...figure,
    value: missing(figure),
    against,
  }));
  const text = formatTable(results);
  expect(text.match(/MISSED/g)).toHaveLength(figures.length);
  expect(text).not.toContain(' met');
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
});

it('takes the middle of an odd number and the mean of the two in the middle of an even one', () => {
  expect(median([10, 2, 9])).toBe(9);
  expect(median([10, 1, 2, 4])).toBe(3);
  expect(() => median([])).toThrow('no median');
});

it('has both ends of a range for met, and nothing outside', () => {
  const range = {
    figure: 'range',
    unit: '%',
    bar: [75, 88],
    bound: 'between',
    decimals: 1,
    against: 'nobody',
  } as const;
  expect([74.9, 75, 88, 88.1].map((value) => isMet({ ...range, value }))).toEqual([false, true, true, false]);
  expect(formatTable([{ ...range, value: 80 }])).toContain('75 to 88');
});

/** A value on the wrong side of the bar; of a bar of 0 too. */
function missing({ bound, bar }: Figure): number {
  if (typeof bar !== 'number') return bar[1] * 1.5;
  return bound === 'at most' ? bar * 1.5 + 1 : bar / 1.5;
}

function runBench(...args: readonly string[]) {
  return spawnSync(process.execPath, [join(ROOT, 'test/bench/main.ts'), ...args], { encoding: 'utf8' });
}
