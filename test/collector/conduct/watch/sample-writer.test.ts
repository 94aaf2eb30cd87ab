import { Fault } from '@trimtab/protocol/shared';
import { expect, it } from 'vitest';
import {
  createSampleWriter,
  KEPT_MS,
  MOST_KEPT,
  STORED_AT_ONCE,
} from '../../../../collector/src/conduct/watch/sample-writer.ts';
import type { Sample } from '../../../../collector/src/model/series.ts';
import { createTestClock } from '../../../support/test-clock.ts';

const MINUTE_MS = 60_000;
/** What waits for no timer is done. */
const untilQuiet = () => new Promise((resolve) => setImmediate(resolve));

const SERIES = { kind: 'image', subject: '/images/a.raw', device: '' } as const;

function scene(addSamples: (samples: readonly Sample[]) => Promise<void>) {
  const clock = createTestClock();
  const said: string[] = [];
  const log = {
    info: (fields: object, message: string) => void said.push(`info ${message} ${JSON.stringify(fields)}`),
    warn: (_: object, message: string) => void said.push(`warn ${message}`),
  };
  const writer = createSampleWriter({ clock, log, store: { addSamples } });
  const add = async (count = 1) => {
    clock.advance(MINUTE_MS);
    const sample: Sample = { series: SERIES, at: clock.now(), levelBytes: count, limitBytes: null };
    writer.add(Array.from({ length: count }, () => sample));
    await untilQuiet();
  };
  return { clock, writer, said, add };
}

it('what cannot be stored is kept for an hour, told of once, and stored as soon as that goes', async () => {
  let isAway = true;
  const stored: Sample[] = [];
  const { clock, said, add } = scene(async (samples) => {
    if (isAway) throw new Error('the database is away');
    stored.push(...samples);
  });
  for (let minute = 0; minute < 90; minute += 1) await add();
  expect(said).toHaveLength(1);
  isAway = false;
  await add();
  const ages = stored.map(({ at }) => (clock.now() - at) / MINUTE_MS);
  expect([ages.length, ages[0], ages.at(-1)]).toEqual([61, KEPT_MS / MINUTE_MS, 0]);
  expect(said.slice(1)).toEqual(['info samples are stored again {"lost":30}']);
  await add();
  expect(stored).toHaveLength(62);
});

it('a store that never answers is waited for by nobody, and what is kept has a bound', async () => {
  const asked: number[] = [];
  const { said, add } = scene((samples) => {
    asked.push(samples.length);
    return new Promise(() => {});
  });
  for (let minute = 0; minute < 30; minute += 1) await add(STORED_AT_ONCE);
  expect({ asked, said }).toEqual({ asked: [STORED_AT_ONCE], said: [] });
});

it('many are stored in pieces, and of too many the oldest are lost', async () => {
  let isAway = true;
  const pieces: number[] = [];
  const { said, add } = scene(async (samples) => {
    if (isAway) throw new Error('full');
    pieces.push(samples.length);
  });
  for (let minute = 0; minute < 50; minute += 1) await add(6_000);
  isAway = false;
  await add(2_000);
  expect(pieces.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(MOST_KEPT);
  expect(Math.max(...pieces)).toBeLessThanOrEqual(STORED_AT_ONCE);
  expect(said.at(-1)).toMatch(/"lost":\d+/);
});

it('what the store refuses is dropped alone, and what came with it is stored', async () => {
  const fault = (code: string) =>
    new Fault({ code, operation: 'use the database', subject: 'here', cause: 'it said so', hint: null });
  let code = 'store-away';
  const stored: number[] = [];
  const { said, add } = scene(async (samples) => {
    // Those of the second batch.
    if (code === 'store-away' || samples.some(({ levelBytes }) => levelBytes === 3)) throw fault(code);
    stored.push(samples.length);
  });
  for (const count of [1, 3, 4]) await add(count);
  code = 'store-error';
  await add(2);
  expect(stored).toEqual([1, 4, 2]);
  expect(said.map((line) => line.split(';')[0])).toEqual([
    'warn samples of pools and images cannot be stored',
    'warn samples that the database does not take are dropped',
    'info samples are stored again {"lost":0}',
  ]);
  await add(2);
  expect([stored.length, said.length]).toEqual([4, 3]);
});

it('what is lost while a slow store stores is told of, and not what it stores in the end', async () => {
  const stored: number[] = [];
  let finish = () => {};
  const { said, add } = scene(async (samples) => {
    if (stored.length === 0) await new Promise<void>((resolve) => (finish = resolve));
    stored.push(samples.length);
  });
  // The first is under way for 70 minutes.
  for (let minute = 0; minute <= 70; minute += 1) await add();
  finish();
  await untilQuiet();
  expect({ stored, said }).toEqual({ stored: [1, 61], said: ['info samples are stored again {"lost":9}'] });
  await add();
  expect(said).toHaveLength(1);
});

it('at the end what is under way is waited for', async () => {
  let finish = () => {};
  const { writer, add } = scene(() => new Promise((resolve) => (finish = resolve)));
  await add();
  let isStopped = false;
  const stopping = writer.stop().then(() => {
    isStopped = true;
  });
  await untilQuiet();
  expect(isStopped).toBe(false);
  finish();
  await stopping;
});
