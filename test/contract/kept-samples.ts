import { describe, expect, it } from 'vitest';
import type { Resolution } from '../../collector/src/model/series.ts';
import type { Store } from '../../collector/src/ports/store/store.ts';
import { MIDNIGHT, POOL, sampleOf } from './sample-examples.ts';
import { type StorePlace, useStorePlace } from './store-place.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** For what is done beside all else. */
const PATIENT = { timeout: 30_000, interval: 5 };

/** [SA4] What every implementation of the port `SamplesStore` keeps, and lets go. */
export function keptSamplesContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`contract of kept samples: ${name}`, () => {
    let store: Store;
    const { reopen } = useStorePlace({
      createPlace,
      onOpen: (opened) => {
        store = opened;
      },
    });
    const ask = (resolution: Resolution, series = POOL) => store.points({ series, resolution, from: -1e15, to: 1e15 });

    // Each has twenty more than are kept of the stretches of time that go as a whole, of which the last has only begun.
    it.each([
      ['raw', 'each sample for two days', 5 * MINUTE, 2 * 24 * 12 + 21],
      ['hour', 'hours for 90 days', 4 * HOUR, 90 * 6 + 21],
      ['day', 'days for five years', DAY, 5 * 365 + 21],
    ] as const)('[SA4] of what it tells as %s it keeps %s', async (resolution, _what, stepMs, count) => {
      const samples = Array.from({ length: count }, (_, index) =>
        sampleOf({ at: MIDNIGHT + index * stepMs, level: index }),
      );
      await store.addSamples(samples);
      const told = async () => (await ask(resolution)).map(({ levelBytes }) => levelBytes);
      await expect.poll(told, PATIENT).toEqual(samples.slice(20).map(({ levelBytes }) => levelBytes));
      await reopen();
      expect(await told()).toHaveLength(count - 20);
    });

    it('[SA4] forgets a series once the last day that it was sampled on is no longer kept', async () => {
      const gone = { ...POOL, subject: '/gone' };
      await store.addSamples([{ ...sampleOf({ at: MIDNIGHT, level: 1 }), series: gone }]);
      const days = ({ first, count }: { first: number; count: number }) =>
        Array.from({ length: count }, (_, index) => sampleOf({ at: MIDNIGHT + (first + index) * DAY, level: index }));
      await store.addSamples(days({ first: 1, count: 5 * 365 }));
      expect(await store.series('pool')).toHaveLength(2);
      await store.addSamples(days({ first: 5 * 365 + 1, count: 1 }));
      const told = async () => (await store.series('pool')).map(({ series }) => series.subject);
      await expect.poll(told, PATIENT).toEqual([POOL.subject]);
      await store.addSamples([{ ...sampleOf({ at: MIDNIGHT + 2_000 * DAY, level: 9 }), series: gone }]);
      expect(await ask('day', gone)).toHaveLength(1);
    });

    it('[SA4] a clock that is years ahead, or back, has nothing let go that else would stay', async () => {
      const hours = ({ from, count }: { from: number; count: number }) =>
        Array.from({ length: count }, (_, index) => sampleOf({ at: from + index * HOUR, level: index }));
      const before = hours({ from: MIDNIGHT, count: 20 });
      await store.addSamples(before);
      const [ahead, back] = [
        hours({ from: MIDNIGHT + 9_000 * DAY, count: 5 }),
        hours({ from: MIDNIGHT - 9_000 * DAY, count: 5 }),
      ];
      await store.addSamples(ahead);
      await store.addSamples(back);
      const after = hours({ from: MIDNIGHT + 20 * HOUR, count: 20 });
      await store.addSamples(after);
      await reopen();
      const all = [...back, ...before, ...after, ...ahead].map(({ at }) => at);
      expect((await ask('raw')).map(({ at }) => at)).toEqual(all);
      expect((await ask('hour')).map(({ at }) => at)).toEqual(all);
      // It goes in its turn, when as much as is kept has been sampled since.
      const later = Array.from({ length: 2 * 24 * 12 + 1 }, (_, index) =>
        sampleOf({ at: MIDNIGHT + 40 * HOUR + index * 5 * MINUTE, level: 0 }),
      );
      await store.addSamples(later);
      const newest = async () => (await ask('raw')).at(-1)?.at;
      await expect.poll(newest, PATIENT).toBe(later.at(-1)?.at);
    });
  });
}
