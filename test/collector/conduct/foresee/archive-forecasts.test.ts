import { expect, it } from 'vitest';
import { ARCHIVE_EVERY_MS, archiveForecasts } from '../../../../collector/src/conduct/foresee/archive-forecasts.ts';
import type { ForesightView } from '../../../../collector/src/model/foresight.ts';
import type { KeptForecast } from '../../../../collector/src/ports/store/forecasts.ts';
import { createTestClock } from '../../../support/test-clock.ts';
import { FILLING_POOL, ONE_POOL } from '../../api/foresight-example.ts';

const settled = () => new Promise((resolve) => setImmediate(resolve));

it('keeps what is foreseen once a day, when all pools are sampled, and tries again what failed', async () => {
  const clock = createTestClock(Date.UTC(2026, 10, 23, 20, 30));
  const kept: (readonly KeptForecast[])[] = [];
  const warned: string[] = [];
  let answer: ForesightView | Error = { ...ONE_POOL, unsampled: ['/new'] };
  const archive = archiveForecasts({
    clock,
    log: { warn: (_fields, message) => void warned.push(message) },
    store: { keepForecasts: async (some) => void kept.push(some) },
    foreseer: {
      async all() {
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
  });
  const days = () => kept.map(([first]) => first?.day);
  const pass = async (ms: number) => {
    clock.advance(ms);
    await settled();
  };
  archive.start();
  await pass(10_000);
  answer = ONE_POOL;
  await pass(ARCHIVE_EVERY_MS);
  await pass(ARCHIVE_EVERY_MS);
  expect(days()).toEqual(['2026-11-23', '2026-11-23']);
  const { pool, kind, sizeBytes, usedBytes, asItGoes: forecast } = FILLING_POOL;
  expect(kept.at(-1)).toEqual([{ day: '2026-11-23', pool, kind, sizeBytes, usedBytes, forecast }]);

  answer = new Error('the disk is full');
  await pass(ARCHIVE_EVERY_MS);
  await pass(ARCHIVE_EVERY_MS);
  expect(warned).toEqual(['the forecasts of today could not be kept']);
  answer = ONE_POOL;
  await pass(ARCHIVE_EVERY_MS);
  expect(days()).toEqual(['2026-11-23', '2026-11-23', '2026-11-24']);
  archive.stop();
  await pass(48 * ARCHIVE_EVERY_MS);
  expect(kept).toHaveLength(3);
});
