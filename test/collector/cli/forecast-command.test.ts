import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MOST_SERIES_BYTES } from '../../../collector/src/compose/forecast-file.ts';
import { daysOf, scatter, toSeries } from '../forecast/series.ts';
import { runTrimtab } from './run-trimtab.ts';

const BIN = fileURLToPath(new URL('../../../collector/bin/trimtab.mjs', import.meta.url));

let folder: string;
let grows: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-forecast-'));
  grows = await write({ name: 'grows.csv', text: `day,level\n${toRows(growing(200))}` });
});
afterAll(() => rm(folder, { recursive: true }));

async function write({ name, text }: { name: string; text: string }): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, text);
  return path;
}

function growing(days: number): readonly number[] {
  return daysOf(days, (day) => 1000 + 10 * day + scatter({ index: day, below: 40 }));
}

function toRows(levels: readonly number[]): string {
  return toSeries(levels)
    .map(({ day, level }) => `${day},${level}\n`)
    .join('');
}

const forecast = (...args: readonly string[]) => runTrimtab(['forecast', ...args]);

describe('trimtab forecast --series', () => {
  it('says in words that fit 80 columns when it is full, and what that rests on', async () => {
    const { exitCode, stdout, stderr } = await forecast('--series', grows, '--capacity', '4000');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect(stdout.replaceAll(/\s+/g, ' ')).toMatch(
      /^Full between \d+ \w+ and \d+ November 2026 \(80 %\), most likely around \d+ \w+ 2026\. Full within 7 days: 0 %, 30 days: 0 %, 90 days: [\w ]+ %\. As of 23 July 2026\. Growth a day, as estimated: [\d.]+\. $/,
    );
  });

  it('prints with --json what is promised, and nothing else', async () => {
    const { exitCode, stdout } = await forecast('--series', grows, '--capacity', '4000', '--json');
    expect(exitCode).toBe(0);
    const day = expect.stringMatching(/^2026-1[01]-\d\d$/);
    expect(JSON.parse(stdout)).toEqual({
      at: '2026-07-23',
      kind: 'date',
      fullBetween: [day, day],
      median: day,
      within: { 7: 0, 30: 0, 90: expect.any(Number) },
    });
  });

  it('forecasts as it was to be told on a day, from what was known then', async () => {
    const begun = await write({ name: 'begun.csv', text: toRows(growing(101)) });
    const [then, cut] = [
      await forecast('--series', grows, '--capacity', '4000', '--at', '2026-04-15', '--json'),
      await forecast('--series', begun, '--capacity', '4000', '--json'),
    ];
    expect(JSON.parse(then.stdout).at).toBe('2026-04-15');
    expect(then).toEqual(cut);
  });

  it('tells before there is enough, and when it is full', async () => {
    const early = await forecast('--series', grows, '--capacity', '4000', '--at', '2026-01-09');
    expect(early).toEqual({ exitCode: 0, stdout: 'Not enough data yet: it needs 10 more days.\n', stderr: '' });
    const before = await forecast('--series', grows, '--capacity', '4000', '--at', '2025-12-31', '--json');
    expect(JSON.parse(before.stdout)).toEqual({
      at: '2025-12-31',
      kind: 'not-enough-data',
      fullBetween: null,
      median: null,
      within: null,
    });
    const full = await forecast('--series', grows, '--capacity', '2000');
    expect(full.stdout).toBe('It is full on 23 July 2026.\n');
  });

  it('says where the day that is asked for is outside of the file', async () => {
    const ask = async (at: string) =>
      (await forecast('--series', grows, '--capacity', '4000', '--at', at)).stdout.replace(/\s+/g, ' ');
    expect(await ask('2036-01-01')).toContain('The last row is of 23 July 2026: what came between is not known');
    expect(await ask('2020-01-01')).toContain('The first row is of 5 January 2026, which is later.');
    expect(await ask('2026-04-15')).not.toContain('row is of');
  });

  it('reads standard input, with the line ends of other systems', () => {
    const input = `day,level\r\n${toRows(daysOf(30, () => 5)).replaceAll('\n', '\r\n')}`;
    const { status, stdout } = spawnSync(process.execPath, [BIN, 'forecast', '--series', '-', '--capacity', '9'], {
      input,
      encoding: 'utf8',
    });
    expect(status).toBe(0);
    expect(stdout).toContain('It does not grow.');
  });
});

describe('wrong input', () => {
  it('names file, line and remedy', async () => {
    const path = await write({ name: 'bad.csv', text: '2026-03-01,10\n2026-02-30,11\n' });
    const { exitCode, stdout, stderr } = await forecast('--series', path, '--capacity', '5000');
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(`${path}, line 2: "2026-02-30" is no day, as YYYY-MM-DD A row is`);
  });

  it('is a file larger than any series', async () => {
    const path = await write({ name: 'large.csv', text: '2026-03-01,10\n'.repeat(MOST_SERIES_BYTES / 14 + 1) });
    const { exitCode, stderr } = await forecast('--series', path, '--capacity', '5000');
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: expect.stringMatching(/it has more\s+than\s+4\s+MiB/),
    });
  });

  it.each([
    [['--series', 'used.csv'], 2, '--capacity'],
    [['--series', 'used.csv', '--capacity', '0'], 2, 'It is a number above 0'],
    [['--series', 'used.csv', '--capacity', 'lots'], 2, 'It is a number above 0'],
    [['--series', 'used.csv', '--capacity', '1e999'], 2, 'It is a number above 0'],
    [['--series', 'used.csv', '--capacity', '5', '--at', '2026-02-30'], 2, 'It is a day, as YYYY-MM-DD'],
    [['--series', '/nowhere/used.csv', '--capacity', '5'], 1, 'cannot read a series: /nowhere/used.csv'],
    [['--series', '/dev/zero', '--capacity', '5'], 1, 'it is no regular file'],
    [['/srv', '--series', 'used.csv', '--capacity', '5'], 2, '--series is a file of its own'],
  ])('%j ends with %i', async (args, code, said) => {
    const { exitCode, stdout, stderr } = await forecast(...args);
    expect({ exitCode, stdout }).toEqual({ exitCode: code, stdout: '' });
    expect(stderr.replaceAll(/\s+/g, ' ')).toContain(said);
  });
});
