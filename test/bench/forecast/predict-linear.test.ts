import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runCommand } from '../../support/machine/command.ts';
import { type Prometheus, startPrometheus } from '../../support/prometheus/start-prometheus.ts';
import { crossing, fitWindow } from './baselines/predict-linear.ts';
import type { NumberedLevel } from './forecaster.ts';
import { generateSeries } from './generated-series.ts';
import { readGrowthCurves } from './growth-curves.ts';
import { toldOn } from './known-series.ts';

const DAY_S = 86_400;
/** No window that is compared is longer. */
const SHOWN_DAYS = 91;
const LAST_DAY = 20_000;

/** What an operator would write as an alert, is what ours is measured against: so it has to be the same. */
const WINDOWS = [7, 30, 90];

let directory = '';
let prometheus: Prometheus;
const examples = chooseExamples();

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-prometheus-'));
  const samples = join(directory, 'levels.om');
  await mkdir(join(directory, 'data'));
  await writeFile(samples, toOpenMetrics());
  await runCommand('promtool', [
    'tsdb',
    'create-blocks-from',
    'openmetrics',
    '--quiet',
    samples,
    join(directory, 'data'),
  ]);
  prometheus = await startPrometheus({ directory });
});

afterAll(async () => {
  await prometheus?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

it.each(WINDOWS)('is what a real Prometheus says of the last %i days', async (days) => {
  for (const { name, levels } of examples) {
    const line = fitWindow({ levels, days });
    expect(line).not.toBeNull();
    if (line === null) continue;
    const said = await predict({ name, days, ahead: 30 });
    expect(line.intercept + 30 * line.slope).toBeCloseTo(said, closeness(said));
  }
});

it.each(WINDOWS)('crosses a capacity on the day on which it does for a real Prometheus, over %i days', async (days) => {
  let crossed = 0;
  for (const { name, levels } of examples) {
    const capacity = Math.ceil((levels.at(-1)?.level ?? 0) * 1.1);
    const line = fitWindow({ levels, days });
    const day = line === null ? null : crossing({ line, capacity });
    if (day === null || day === 1 || day > 10_000) continue;
    crossed += 1;
    expect(await predict({ name, days, ahead: day - 1 })).toBeLessThan(capacity);
    expect(await predict({ name, days, ahead: day })).toBeGreaterThanOrEqual(capacity);
  }
  expect(crossed).toBeGreaterThanOrEqual(4);
});

interface Example {
  readonly name: string;
  readonly levels: readonly NumberedLevel[];
}

interface Prediction {
  readonly name: string;
  readonly days: number;
  readonly ahead: number;
}

async function predict({ name, days, ahead }: Prediction): Promise<number> {
  const promql = `predict_linear(level{series="${name}"}[${days}d], ${ahead * DAY_S})`;
  const [found] = await prometheus.query({ promql, at: LAST_DAY * DAY_S });
  if (found === undefined) throw new Error(`Prometheus says nothing of ${name}`);
  return found.value;
}

/** Nine digits of it: sums are rounded in another order. */
function closeness(value: number): number {
  return 9 - Math.ceil(Math.log10(Math.abs(value) + 1));
}

/**
 * Of the real curves and of the generated ones, with gaps and without. All end on one day and have at most 91, so that
 * promtool makes few blocks.
 */
function chooseExamples(): readonly Example[] {
  const real = readGrowthCurves('growth').filter(({ name }) => ['growth-07', 'growth-09', 'growth-19'].includes(name));
  const kinds = ['saw-tooth', 'gappy', 'noisy', 'new-guests', 'flat'];
  const generated = kinds.flatMap((kind) =>
    generateSeries('build')
      .filter((series) => series.kind === kind)
      .slice(0, 1),
  );
  return [...real, ...generated].map((series) => {
    const start = series.starts.at(-1) ?? 0;
    const levels = toldOn({ series, start }).slice(-SHOWN_DAYS);
    const later = LAST_DAY - (levels.at(-1)?.dayNumber ?? 0);
    return { name: series.name, levels: levels.map((level) => ({ ...level, dayNumber: level.dayNumber + later })) };
  });
}

/** https://github.com/prometheus/OpenMetrics: one family, oldest first within a series. */
function toOpenMetrics(): string {
  const lines = examples.flatMap(({ name, levels }) =>
    levels.map(({ dayNumber, level }) => `level{series="${name}"} ${level} ${dayNumber * DAY_S}`),
  );
  return ['# TYPE level gauge', ...lines, '# EOF', ''].join('\n');
}
