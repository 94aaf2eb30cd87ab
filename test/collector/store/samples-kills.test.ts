import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Sample } from '../../../collector/src/model/series.ts';
import type { Store } from '../../../collector/src/ports/store/store.ts';
import { rollUp } from '../../contract/sample-examples.ts';
import { createRandom } from '../../support/random.ts';
import { nameSeeds, seedsFor, underSeed } from '../../support/seeds.ts';
import { SERIES, sampleOf, samplesOf, seriesOf } from './ingested.ts';
import { openTestStore } from './open-test-store.ts';

// [SA1] [SA5] A process that samples, rolls up and prunes as fast as it can is killed at any moment, again and again on
// one database: it is whole each time, and tells what was promised.

const INGEST = new URL('./ingest-until-killed.ts', import.meta.url).pathname;
/** Enough that there is something to be let go: a day of five minutes, three calls in each. */
const CALLS_BEFORE = 3 * 24 * 12;
/** Within this many of its calls everything happens that ever does: a new hour, a new stretch, and pruning. */
const LONGEST_MS = 150;
const HOUR = 3_600_000;

let folder: string;
let calls = 0;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-kills-'));
  const store = await openShort();
  for (; calls < CALLS_BEFORE; calls += 24)
    await store.addSamples(Array.from({ length: 24 }, (_, index) => samplesOf(calls + index)).flat());
  await store.close();
});
afterAll(() => rm(folder, { recursive: true }));

const openShort = () => openTestStore(folder, { keepSamples: 1, keepHours: 1, keepDays: 1 });

const seeds = seedsFor({ suite: 3 });
it(`what was told to be durable is there, whenever the process is killed (${nameSeeds(seeds)})`, async () => {
  for (const seed of seeds) await underSeed(seed, () => killOnce(createRandom(seed)));
});

async function killOnce(random: () => number): Promise<void> {
  const durable = await ingestUntilKilled({ first: calls, afterMs: random() * LONGEST_MS });
  checkIntegrity();
  const store = await openShort();
  try {
    // Of a call that nobody was told of all is there, or nothing.
    const [state] = await store.series('image');
    const isThere = state !== undefined && state.lastAt === sampleOf({ call: durable + 1, n: 0 }).at;
    calls = durable + (isThere ? 2 : 1);
    for (const n of [0, 1, SERIES - 1]) await checkSeries(store, n);
    expect(
      new Set((await store.series('image')).map(({ series, lastAt }) => lastAt - numberIn(series.subject))).size,
    ).toBe(1);
  } finally {
    await store.close();
  }
}

const numberIn = (subject: string): number => Number(subject.split('/').at(-1));

/** The last of its calls that it said to be durable. */
async function ingestUntilKilled({ first, afterMs }: { first: number; afterMs: number }): Promise<number> {
  const child = spawn(process.execPath, ['--conditions=source', INGEST, folder, `${first}`]);
  const said: string[] = [];
  let errors = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => said.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    errors += text;
  });
  await Promise.race([once(child.stdout, 'data'), once(child, 'exit')]);
  await delay(afterMs);
  child.kill('SIGKILL');
  await once(child, 'close');
  expect(errors).toBe('');
  const lines = said.join('').split('\n');
  const last = lines.at(-2);
  expect(last).toMatch(/^\d+$/);
  return Number(last);
}

function checkIntegrity(): void {
  const database = new DatabaseSync(join(folder, 'trimtab.sqlite'));
  expect(database.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  database.close();
}

async function checkSeries(store: Store, n: number): Promise<void> {
  const all: readonly Sample[] = Array.from({ length: calls }, (_, call) => sampleOf({ call, n }));
  const ask = (resolution: 'raw' | 'hour') => store.points({ series: seriesOf(n), resolution, from: 0, to: 1e15 });
  const raw = (await ask('raw')).map(({ at, levelBytes }) => [at, levelBytes]);
  expect(raw.length).toBeGreaterThanOrEqual(CALLS_BEFORE);
  expect(raw).toEqual(all.slice(-raw.length).map(({ at, levelBytes }) => [at, levelBytes]));
  const hours = await ask('hour');
  expect(hours.length).toBeGreaterThanOrEqual(24);
  expect(hours).toEqual(
    rollUp(all, HOUR)
      .slice(-hours.length)
      .map((point) => ({ ...point, limitBytes: 2 ** 40 })),
  );
}
