import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createPaint } from '../../../collector/src/cli/paint.ts';
import { toShown } from '../../../collector/src/cli/tell-answer.ts';
import { textWidth } from '../../../collector/src/cli/text-width.ts';
import { ASCII, BLOCKS, formatChart } from '../../../collector/src/cli/views/forecast/chart.ts';
import { formatPoolForecast } from '../../../collector/src/cli/views/forecast/one-pool.ts';
import { formatDays, tellForecast } from '../../../collector/src/cli/views/forecast/tell-forecast.ts';
import { addDays } from '../../../collector/src/model/day-steps.ts';
import { FORECAST_KINDS, type Forecast } from '../../../collector/src/model/forecast.ts';
import type { ForesightQuery } from '../../../collector/src/model/foresight.ts';
import { createFakeDesk } from '../api/fake-desk.ts';
import { FILLING_POOL, ONE_POOL } from '../api/foresight-example.ts';
import { type ServedDesk, serveDesk } from '../api/served-desk.ts';
import { runTrimtab, TIME_ZONE } from './run-trimtab.ts';

const PAGE = { width: 80, paint: createPaint(false), timeZone: TIME_ZONE };
const GiB = 1024 ** 3;

let served: ServedDesk;
const asked: ForesightQuery[] = [];

beforeAll(async () => {
  const desk = createFakeDesk();
  served = await serveDesk({
    ...desk,
    forecasts: (query) => {
      asked.push(query);
      return desk.forecasts(query);
    },
  });
});
afterAll(() => served.close());

const run = (args: readonly string[], environment: Record<string, string> = {}) =>
  runTrimtab(['forecast', ...args], { TRIMTAB_SOCKET: served.socketPath, ...environment });

describe('trimtab forecast POOL', () => {
  it('shows the pool, in blocks or in ASCII as the locale says', async () => {
    const shown = (strokes: typeof BLOCKS) => formatPoolForecast(toShown(ONE_POOL), { page: PAGE, strokes });
    expect(await run([FILLING_POOL.pool])).toEqual({ exitCode: 0, stdout: shown(BLOCKS), stderr: '' });
    expect((await run([FILLING_POOL.pool], { LC_ALL: '', LANG: 'de_AT.utf8' })).stdout).toBe(shown(BLOCKS));
    expect((await run([FILLING_POOL.pool], { LANG: 'de_AT.utf8', LC_ALL: 'C' })).stdout).toBe(shown(ASCII));
    expect(JSON.parse((await run([FILLING_POOL.pool, '--json'])).stdout)).toEqual(ONE_POOL);
  });

  it('asks what more storage, or a guest less, would change', async () => {
    await run([FILLING_POOL.pool, '--add', '500G', '--without', 'web-1']);
    expect(asked.at(-1)).toEqual({ pool: FILLING_POOL.pool, add: 500 * GiB, without: 'web-1' });
    await run([FILLING_POOL.pool, '--add', '1.5TiB']);
    expect(asked.at(-1)).toEqual({ pool: FILLING_POOL.pool, add: 1536 * GiB, without: null });
  });

  it.each([
    [['/srv', '--add', '500'], 'It is a size such as 500G or 2T.'],
    [['/srv', '--add', '0G'], 'It is a size such as 500G or 2T.'],
    [['/srv', '--add', '-5G'], '500G or 2T.'],
    [['--add', '5G'], 'has to be named'],
    [['--without', 'web-1'], 'has to be named'],
    [['--series', 'x.csv'], '--series needs --capacity'],
    [['--capacity', '5'], '--capacity and --at are of a --series'],
    [['/srv', '--series', 'x.csv', '--capacity', '5'], '--series is a file of its own'],
  ])('%j is wrong usage', async (args, said) => {
    const { exitCode, stdout, stderr } = await run(args);
    expect({ exitCode, stdout, stderr: stderr.replace(/\s+/g, ' ') }).toEqual({
      exitCode: 2,
      stdout: '',
      stderr: expect.stringContaining(said),
    });
  });

  it('says which pools there are to who names none of them', async () => {
    const { exitCode, stderr } = await run(['/nowhere']);
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: expect.stringContaining('/nowhere') });
  });
});

const { asItGoes } = FILLING_POOL;

describe('the chart', () => {
  const draw = (given: Partial<Forecast>, { days = 60, perDay = 1, from = 400 } = {}) => {
    const levels = Array.from({ length: days }, (_, index) => ({
      day: addDays('2026-11-23', index - days + 1),
      level: (from + index * perDay) * GiB,
    }));
    return formatChart(
      { levels, capacity: 1000 * GiB, forecast: { ...asItGoes, ...given } },
      { page: PAGE, strokes: BLOCKS },
    );
  };

  it.each(FORECAST_KINDS)('fits 80 columns and has its days below it: %s', (kind) => {
    const isDate = kind === 'date';
    const lines = draw({ kind, ...(isDate ? {} : { median: null, fullBetween: null }) });
    expect(lines).toHaveLength(15);
    expect(lines.filter((line) => textWidth(line) > 80)).toEqual([]);
    const hasFuture = kind !== 'full' && kind !== 'not-enough-data';
    expect(lines.at(-2)?.trim()).toMatch(hasFuture ? /^\S{10} +today +\S{10}$/ : /^\S{10} +2026-11-23$/);
    expect(lines.join('').includes('░')).toBe(isDate);
  });

  it('meets the line of full where the forecast says, as far from today as the past is long', () => {
    const [, top = ''] = draw({ median: '2026-12-23', fullBetween: ['2026-12-20', '2027-01-02'] });
    // 11 for the labels; 60 days of the past and 42 of the future.
    const [begin, end] = [top.search(/[░•]/), top.trimEnd().length - 1];
    const dayAt = (column: number) => ((column - 11 - 41) * 42) / 28;
    expect(dayAt(begin)).toBeGreaterThan(22);
    expect(dayAt(begin)).toBeLessThan(28);
    expect(dayAt(end)).toBeGreaterThan(36);
  });

  it('begins at nothing, or not far below what was least', () => {
    expect(draw({}, { from: 40 }).find((line) => line.startsWith('      0 B'))).toBeDefined();
    expect(draw({}, { from: 920 }).find((line) => line.startsWith('  900 GiB'))).toBeDefined();
  });

  it('of one day, of a pool that is full, and of none is drawn all the same', () => {
    expect(draw({ kind: 'not-enough-data' }, { days: 1 }).at(-2)).toContain('2026-11-23');
    expect(draw({ kind: 'full' }, { from: 1000, perDay: 0 })[1]).toContain('█'.repeat(69));
    expect(formatChart({ levels: [], capacity: 5, forecast: asItGoes }, { page: PAGE, strokes: ASCII })).toEqual([]);
  });
});

it.each([
  [1, '1 day'],
  [13, '13 days'],
  [15, '2 weeks'],
  [69, '10 weeks'],
  [100, '3 months'],
  [1000, '3 years'],
])('%i days are told as %s', (days, told) => {
  expect(formatDays(days)).toBe(told);
});

it('every kind of forecast is a sentence', () => {
  const told = FORECAST_KINDS.map((kind) => tellForecast('The pool /srv', { ...asItGoes, kind, needsDays: 1 }));
  expect(new Set(told).size).toBe(FORECAST_KINDS.length);
  for (const sentence of told) expect(sentence).toMatch(/^[A-Z].*\/srv .*\.$/);
});
