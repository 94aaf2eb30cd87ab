import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DAY_MS } from '../../collector/src/model/day.ts';
import type { ForesightView } from '../../collector/src/model/foresight.ts';
import type { Sample } from '../../collector/src/model/series.ts';
import { openTestStore } from '../collector/store/open-test-store.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { fileLength } from '../support/waiting/movement.ts';
import { waitWhileMoving } from '../support/waiting/wait-while-moving.ts';

// A collector as it is installed, and the pool that its state lies in. Days do not pass for a test: they are written
// into its database between two lives of it.

const DAYS = 60;

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-forecast-'));
  await writeFile(join(directory, 'web.raw'), 'web');
  await truncate(join(directory, 'web.raw'), 2 ** 30);
});
afterAll(() => rm(directory, { recursive: true }));

const start = () =>
  startCollectorProgram({
    directory,
    args: [
      '--sample-every',
      '1s',
      '--guest',
      JSON.stringify([{ name: 'web', disk: [{ image: `${directory}/web.raw` }] }]),
    ],
  });

const ask = async ({ trimtab }: CollectorUnderTest, ...words: readonly string[]): Promise<ForesightView> =>
  JSON.parse((await trimtab('forecast', ...words, '--json')).stdout);

/** The pool of the image, once it was sampled. */
async function findSampled(collector: CollectorUnderTest): Promise<string> {
  return waitWhileMoving({
    what: 'the pool is sampled',
    movement: [fileLength(`${directory}/collector/trimtab.sqlite-wal`)],
    async find() {
      const { pools } = await ask(collector);
      return pools[0]?.pool ?? null;
    },
  });
}

/** It grew by a hundredth of what is free now, each day until yesterday. */
async function writeDays(pool: string): Promise<void> {
  const store = await openTestStore(join(directory, 'collector'));
  const state = (await store.series('pool')).find(({ series }) => series.subject === pool);
  if (state === undefined) throw new Error(`${pool} was not sampled`);
  const { series, lastAt, levelBytes, limitBytes } = state;
  const perDay = Math.floor(((limitBytes ?? 0) - levelBytes) / 100);
  await store.addSamples(
    Array.from({ length: DAYS }, (_, index): Sample => {
      const daysAgo = DAYS - index;
      return {
        series,
        at: lastAt - daysAgo * DAY_MS,
        levelBytes: Math.max(0, levelBytes - daysAgo * perDay),
        limitBytes,
      };
    }),
  );
  await store.close();
}

it('tells when the pool of an image is full, from what it sampled itself and what was sampled before', async () => {
  const pool = await (async () => {
    await using first = await start();
    const sampled = await findSampled(first);
    const [{ asItGoes } = {}] = (await ask(first)).pools;
    expect(asItGoes).toMatchObject({ kind: 'not-enough-data', needsDays: 14 });
    return sampled;
  })();
  await writeDays(pool);
  await using collector = await start();
  await findSampled(collector);
  const { pools } = await ask(collector, pool, '--add', '1000T');
  expect(pools).toMatchObject([{ pool, kind: 'pool', asItGoes: { kind: 'date' } }]);
  const [{ asItGoes, detail } = {}] = pools;
  const days = (Date.parse(asItGoes?.median ?? '') - Date.parse(asItGoes?.at ?? '')) / DAY_MS;
  expect(days).toBeGreaterThan(70);
  expect(days).toBeLessThan(130);
  expect(detail?.levels).toHaveLength(DAYS + 1);
  expect(detail?.growers?.rows.map(({ guest }) => guest)).toContain('web');
  expect(detail?.answer?.forecast.kind).toBe('beyond-2-years');
  const shown = await collector.trimtab('forecast', pool);
  expect(shown).toMatchObject({ exitCode: 0, stderr: '' });
  expect(shown.stdout).toContain(`The pool ${pool} is full about ${asItGoes?.median}`);
  expect((await collector.trimtab('status')).stdout).toContain(`full about ${asItGoes?.median}`);
});
