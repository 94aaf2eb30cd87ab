import { describe, expect, it } from 'vitest';
import type { Resolution, SeriesKey } from '../../collector/src/model/series.ts';
import type { Store } from '../../collector/src/ports/store/store.ts';
import { keptSamplesContract } from './kept-samples.ts';
import { MIDNIGHT, POOL, point, rawPoint, rollUp, sampleOf } from './sample-examples.ts';
import { type StorePlace, useStorePlace } from './store-place.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const ALWAYS = { from: -1e15, to: 1e15 };

/** What every implementation of the port `SamplesStore` owes; the rules [SA1] to [SA5] stand in the port. */
export function samplesContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`samples contract: ${name}`, () => {
    let store: Store;
    const { reopen } = useStorePlace({
      createPlace,
      onOpen: (opened) => {
        store = opened;
      },
    });
    const ask = (resolution: Resolution, series = POOL, stretch = ALWAYS) =>
      store.points({ series, resolution, ...stretch });
    /** All that is told of a pool. */
    const askAll = async () => ({
      raw: await ask('raw'),
      hour: await ask('hour'),
      day: await ask('day'),
      states: await store.series('pool'),
    });

    it('[SA1] tells each sample, and of its hour and its day the last, the least and the most', async () => {
      await store.addSamples([
        sampleOf({ at: MIDNIGHT + 5 * MINUTE, level: 70 }),
        sampleOf({ at: MIDNIGHT + 6 * MINUTE, level: 20 }),
      ]);
      await store.addSamples([sampleOf({ at: MIDNIGHT + 59 * MINUTE + 59_999, level: 40 })]);
      await store.addSamples([sampleOf({ at: MIDNIGHT + HOUR, level: 90 })]);
      expect(await ask('raw')).toEqual([
        rawPoint({ at: MIDNIGHT + 5 * MINUTE, level: 70 }),
        rawPoint({ at: MIDNIGHT + 6 * MINUTE, level: 20 }),
        rawPoint({ at: MIDNIGHT + 59 * MINUTE + 59_999, level: 40 }),
        rawPoint({ at: MIDNIGHT + HOUR, level: 90 }),
      ]);
      expect(await ask('hour')).toEqual([
        point({ at: MIDNIGHT, level: 40, least: 20, most: 70, samples: 3 }),
        point({ at: MIDNIGHT + HOUR, level: 90, least: 90, most: 90, samples: 1 }),
      ]);
      expect(await ask('day')).toEqual([point({ at: MIDNIGHT, level: 90, least: 20, most: 90, samples: 4 })]);
    });

    it('[SA1] many samples at once are rolled up as one after the other', async () => {
      // Fewer than two days have: of more the first might be let go before they are asked for.
      const samples = Array.from({ length: 2_800 }, (_, index) =>
        sampleOf({ at: MIDNIGHT + index * MINUTE, level: (index * 7_919) % 1_000 }),
      );
      await store.addSamples(samples.toReversed());
      expect((await ask('raw')).map(({ at, levelBytes }) => [at, levelBytes])).toEqual(
        samples.map(({ at, levelBytes }) => [at, levelBytes]),
      );
      expect(await ask('hour')).toEqual(rollUp(samples, HOUR));
      expect(await ask('day')).toEqual(rollUp(samples, DAY));
    });

    it('[SA1] of a series whose name is too long nothing is kept, and what came with it is', async () => {
      // No two bytes alike for long: what is compressed would pass where the name would not.
      const noise = Array.from({ length: 1_300 }, (_, index) => (index * 2_654_435_761).toString(36)).join('');
      const named = (subject: string) => ({
        ...sampleOf({ at: MIDNIGHT, level: 1 }),
        series: { ...POOL, kind: 'filesystem' as const, subject },
      });
      const [long, wide] = [`guest-1 /${noise.slice(0, 4_000)}`, `guest-1 /${'é'.repeat(1_000)}`];
      await store.addSamples([named(long), named(wide), named('guest-1 /home'), sampleOf({ at: MIDNIGHT, level: 5 })]);
      expect((await store.series('filesystem')).map(({ series }) => series.subject)).toEqual(['guest-1 /home']);
      expect(await ask('raw')).toEqual([rawPoint({ at: MIDNIGHT, level: 5 })]);
    });

    it('[SA1] stores all of a call or nothing of it', async () => {
      const broken = { ...sampleOf({ at: MIDNIGHT + MINUTE, level: 1 }), levelBytes: Number.NaN };
      await store.addSamples([sampleOf({ at: MIDNIGHT, level: 5 })]);
      const before = await askAll();
      const others = Array.from({ length: 3_000 }, (_, index) =>
        sampleOf({ at: MIDNIGHT + index * MINUTE, level: index }),
      );
      await expect(store.addSamples([...others, broken])).rejects.toThrow();
      const fresh = { ...sampleOf({ at: MIDNIGHT, level: 1 }), series: { ...POOL, subject: '/other' } };
      await expect(store.addSamples([fresh, broken])).rejects.toThrow();
      expect(await askAll()).toEqual(before);
      // What was taken back leaves nothing behind in memory either.
      await store.addSamples([fresh]);
      expect(await ask('raw', fresh.series)).toEqual([rawPoint({ at: MIDNIGHT, level: 1 })]);
      expect(await ask('hour', fresh.series)).toHaveLength(1);
    });

    it('[SA1] calls that come at once are all counted', async () => {
      const levels = Array.from({ length: 20 }, (_, index) => index);
      await Promise.all(levels.map((level) => store.addSamples([sampleOf({ at: MIDNIGHT + level * MINUTE, level })])));
      expect(await ask('hour')).toEqual([point({ at: MIDNIGHT, level: 19, least: 0, most: 19, samples: 20 })]);
    });

    it('[SA2] a second sample of one series and instant changes nothing', async () => {
      await store.addSamples([sampleOf({ at: MIDNIGHT, level: 5 }), sampleOf({ at: MIDNIGHT, level: 6 })]);
      const before = await askAll();
      expect(before.day).toEqual([point({ at: MIDNIGHT, level: 5, least: 5, most: 5, samples: 1 })]);
      await store.addSamples([sampleOf({ at: MIDNIGHT, level: 7 })]);
      await reopen();
      await store.addSamples([sampleOf({ at: MIDNIGHT, level: 8 })]);
      expect(await askAll()).toEqual(before);
    });

    it('[SA3] samples that come late are told as if they had come in time', async () => {
      const samples = Array.from({ length: 30 }, (_, index) =>
        sampleOf({ at: MIDNIGHT + index * 17 * MINUTE, level: index * 3 }),
      );
      for (const sample of [...samples.slice(20), ...samples.slice(0, 20).toReversed()])
        await store.addSamples([sample]);
      expect(await ask('raw')).toEqual(samples.map(({ at, levelBytes }) => rawPoint({ at, level: levelBytes })));
      expect(await ask('hour')).toEqual(rollUp(samples, HOUR));
      expect(await ask('day')).toEqual(rollUp(samples, DAY));
    });

    it('[SA3] a clock that was ahead for a while costs nothing, and the series stands as it was sampled last', async () => {
      const clocks = [
        MIDNIGHT,
        MIDNIGHT + 400 * DAY,
        MIDNIGHT + 400 * DAY + MINUTE,
        MIDNIGHT + MINUTE,
        0,
        -5 * DAY - 1,
      ];
      for (const [index, at] of clocks.entries()) await store.addSamples([sampleOf({ at, level: index })]);
      expect((await ask('raw')).map(({ at, levelBytes }) => [at, levelBytes])).toEqual([
        [-5 * DAY - 1, 5],
        [0, 4],
        [MIDNIGHT, 0],
        [MIDNIGHT + MINUTE, 3],
        [MIDNIGHT + 400 * DAY, 1],
        [MIDNIGHT + 400 * DAY + MINUTE, 2],
      ]);
      expect((await ask('day')).map(({ at, samples }) => [at, samples])).toEqual([
        [-6 * DAY, 1],
        [0, 1],
        [MIDNIGHT, 2],
        [MIDNIGHT + 400 * DAY, 2],
      ]);
      const [state] = await store.series('pool');
      expect(state).toEqual({ series: POOL, firstAt: MIDNIGHT, lastAt: clocks[5], levelBytes: 5, limitBytes: 1_000 });
    });

    it('a gap of weeks is a gap: no point is made up for it', async () => {
      await store.addSamples([sampleOf({ at: MIDNIGHT, level: 1 })]);
      await store.addSamples([sampleOf({ at: MIDNIGHT + 40 * DAY, level: 2 })]);
      expect((await ask('hour')).map(({ at }) => at)).toEqual([MIDNIGHT, MIDNIGHT + 40 * DAY]);
      expect((await ask('day')).map(({ at }) => at)).toEqual([MIDNIGHT, MIDNIGHT + 40 * DAY]);
    });

    it('tells from the first instant, up to and without the second', async () => {
      await store.addSamples([0, 1, 2, 3].map((hours) => sampleOf({ at: MIDNIGHT + hours * HOUR, level: hours })));
      const within = { from: MIDNIGHT + HOUR, to: MIDNIGHT + 3 * HOUR };
      for (const resolution of ['raw', 'hour'] as const)
        expect((await ask(resolution, POOL, within)).map(({ levelBytes }) => levelBytes)).toEqual([1, 2]);
      expect(await ask('raw', POOL, { from: within.from + 1, to: within.to + 1 })).toEqual(
        [2, 3].map((hours) => rawPoint({ at: MIDNIGHT + hours * HOUR, level: hours })),
      );
      expect(await ask('day', POOL, within)).toEqual([]);
    });

    it('keeps series apart by kind, subject and device, and tells each of a kind', async () => {
      const keys: readonly SeriesKey[] = [
        POOL,
        { ...POOL, device: '8:2' },
        { ...POOL, subject: `${POOL.subject}'; drop table series; --` },
        { ...POOL, kind: 'pool-metadata' },
        { ...POOL, kind: 'image', device: '' },
      ];
      await store.addSamples(keys.map((series, index) => ({ ...sampleOf({ at: MIDNIGHT, level: index }), series })));
      for (const [index, series] of keys.entries())
        expect(await ask('raw', series)).toEqual([rawPoint({ at: MIDNIGHT, level: index })]);
      const told = await store.pointsOfKind({ kind: 'pool', resolution: 'hour', ...ALWAYS });
      expect(told.map(({ series, points }) => [series, points[0]?.levelBytes])).toEqual([
        [keys[0], 0],
        [keys[1], 1],
        [keys[2], 2],
      ]);
      expect((await store.series('pool')).map(({ series }) => series)).toEqual(keys.slice(0, 3));
      expect(await ask('raw', { ...POOL, subject: '/none' })).toEqual([]);
      expect(await store.pointsOfKind({ kind: 'pool', resolution: 'raw', from: 0, to: 1 })).toEqual([]);
      expect(await store.series('filesystem')).toEqual([]);
    });

    it('tells those of some subjects alone, in pieces where they are many', async () => {
      const named = (index: number) => ({ ...POOL, kind: 'image' as const, subject: `/images/${index}.raw` });
      const samples = Array.from({ length: 600 }, (_, index) => ({
        ...sampleOf({ at: MIDNIGHT, level: index }),
        series: named(index),
      }));
      await store.addSamples(samples);
      const askOf = async (indices: readonly number[]) => {
        const subjects = new Set(indices.map((index) => named(index).subject));
        return store.pointsOfKind({ kind: 'image', resolution: 'day', subjects, ...ALWAYS });
      };
      const even = samples.flatMap((_, index) => (index % 2 === 0 ? [index] : []));
      const told = await askOf(even);
      expect(told.map(({ series, points }) => [series, points[0]?.levelBytes])).toEqual(
        even.map((index) => [named(index), index]),
      );
      expect(await askOf([9_999])).toEqual([]);
      expect(await askOf([])).toEqual([]);
    });

    it('tells a limit where one was told last, and null where none ever was', async () => {
      const limits = [null, 500, null];
      for (const [index, limitBytes] of limits.entries())
        await store.addSamples([{ ...sampleOf({ at: MIDNIGHT + index * MINUTE, level: 1 }), limitBytes }]);
      expect((await ask('raw')).map(({ limitBytes }) => limitBytes)).toEqual(limits);
      expect((await ask('hour')).map(({ limitBytes }) => limitBytes)).toEqual([500]);
      await store.addSamples([{ ...sampleOf({ at: MIDNIGHT + HOUR, level: 1 }), limitBytes: null }]);
      expect((await ask('hour')).map(({ limitBytes }) => limitBytes)).toEqual([500, null]);
    });

    it('levels of 2^60 neither fail nor become others: they are told as the most that can be told', async () => {
      const most = Number.MAX_SAFE_INTEGER;
      const levels = [most - 1, 2 ** 53, 2 ** 60, 0, 2 ** 63, 1e300];
      await store.addSamples(
        levels.map((level, index) => ({ ...sampleOf({ at: MIDNIGHT + index * MINUTE, level }), limitBytes: 2 ** 64 })),
      );
      expect((await ask('raw')).map(({ levelBytes }) => levelBytes)).toEqual([most - 1, most, most, 0, most, most]);
      expect(await ask('hour')).toEqual([
        { ...point({ at: MIDNIGHT, level: most, least: 0, most, samples: 6 }), limitBytes: most },
      ]);
      await store.addSamples([sampleOf({ at: MIDNIGHT + 30 * MINUTE, level: 0 })]);
      expect(await ask('day')).toEqual([
        { ...point({ at: MIDNIGHT, level: 0, least: 0, most, samples: 7 }), limitBytes: 1_000 },
      ]);
    });

    it('forgets the series of a kind whose subjects begin alike, and no other', async () => {
      const keys = ['guest-a /', 'guest-a /home', 'guest-ab /', 'guest-a%'].map(
        (subject): SeriesKey => ({ kind: 'filesystem', subject, device: 'x' }),
      );
      const image: SeriesKey = { kind: 'image', subject: 'guest-a /', device: '' };
      await store.addSamples([...keys, image].map((series) => ({ ...sampleOf({ at: MIDNIGHT, level: 7 }), series })));
      await store.forgetSeries({ kind: 'filesystem', subjectBegins: 'guest-a ' });
      const told = async () => (await store.series('filesystem')).map(({ series }) => series.subject);
      expect(await told()).toEqual(['guest-ab /', 'guest-a%']);
      expect(await store.series('image')).toHaveLength(1);
      await reopen();
      expect(await told()).toEqual(['guest-ab /', 'guest-a%']);
      // One that comes again has nothing of what was.
      await store.addSamples([{ ...sampleOf({ at: MIDNIGHT + MINUTE, level: 8 }), series: keys[0] ?? POOL }]);
      expect(await ask('hour', keys[0])).toEqual([point({ at: MIDNIGHT, level: 8, least: 8, most: 8, samples: 1 })]);
    });

    it('[SA5] tells the same after a restart', async () => {
      for (let index = 0; index < 50; index += 1)
        await store.addSamples([sampleOf({ at: MIDNIGHT + index * 31 * MINUTE, level: index * index })]);
      const before = await askAll();
      await reopen();
      expect(await askAll()).toEqual(before);
    });
  });
  keptSamplesContract(name, createPlace);
}
