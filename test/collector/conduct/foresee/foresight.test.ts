import { beforeEach, describe, expect, it } from 'vitest';
import { BRIEF_MS, FRESH_MS } from '../../../../collector/src/conduct/foresee/foresight.ts';
import { DAY_MS } from '../../../../collector/src/model/day.ts';
import { dayAt } from '../../../../collector/src/model/day-steps.ts';
import type { Sample } from '../../../../collector/src/model/series.ts';
import type { Store } from '../../../../collector/src/ports/store/store.ts';
import { daily, foresee, GiB, NOW, rising, useStore } from './sampled-pools.ts';

const storeOf = useStore();
/** The pool of the test. */
let srv = '';
let tests = 0;
beforeEach(() => {
  tests += 1;
  srv = `/srv-${tests}`;
});

describe('all pools', () => {
  it('are told with their metadata, the most urgent first, and without detail', async () => {
    await storeOf().addSamples([
      ...daily({ kind: 'pool', subject: srv }, rising({ days: 60, from: 582, perDay: 2 })),
      ...daily({ kind: 'pool', subject: `${srv}-thin` }, rising({ days: 60, from: 100, perDay: 0 })),
      ...daily(
        { kind: 'pool-metadata', subject: `${srv}-thin`, limit: 1 },
        rising({ days: 60, from: 0.3, perDay: 0.01 }),
      ),
      ...daily({ kind: 'pool', subject: `${srv}-gone` }, rising({ days: 60, from: 582, perDay: 2 })),
    ]);
    const { ask, foresight, asked } = foresee({ store: storeOf(), pools: [srv, `${srv}-thin`, `${srv}-new`] });
    const { pools, unsampled } = await ask();
    expect(pools.map(({ pool, kind, asItGoes, detail }) => [pool, kind, asItGoes.kind, detail])).toEqual([
      [`${srv}-thin`, 'pool-metadata', 'date', null],
      [srv, 'pool', 'date', null],
      [`${srv}-thin`, 'pool', 'not-growing', null],
    ]);
    // 300 GiB are free, and 2 come a day.
    expect(pools[1]).toMatchObject({
      sizeBytes: 1000 * GiB,
      usedBytes: 700 * GiB,
      since: '2026-09-25',
      withoutTrims: null,
    });
    expect(near(pools[1]?.asItGoes.median, '2027-04-22')).toBeLessThan(20);
    expect(unsampled).toEqual([`${srv}-new`]);
    // The alerts hear of pools alone.
    expect((await foresight.poolForecasts()).map(({ pool }) => pool)).toEqual([srv, `${srv}-thin`]);
    // Twice a minute: what costs is read for one pool alone.
    expect(asked).toEqual({ statuses: 0, held: [] });
  });

  it('are foreseen anew after a while, on another day, and where there are others', async () => {
    await storeOf().addSamples(daily({ kind: 'pool', subject: srv }, rising({ days: 30, from: 500, perDay: 2 })));
    const { ask, clock } = foresee({ store: storeOf(), pools: [srv] });
    const [first] = (await ask()).pools;
    await storeOf().addSamples([
      { series: { kind: 'pool', subject: srv, device: '' }, at: NOW + 1, levelBytes: 0, limitBytes: GiB },
    ]);
    expect((await ask()).pools[0]).toBe(first);
    clock.advance(FRESH_MS);
    expect((await ask()).pools[0]).toMatchObject({ usedBytes: 0, sizeBytes: GiB });
  });

  it('say when their levels were read, not when somebody asked', async () => {
    await storeOf().addSamples(daily({ kind: 'pool', subject: srv }, rising({ days: 30, from: 500, perDay: 2 })));
    const { ask, clock } = foresee({ store: storeOf(), pools: [srv] });
    const { takenAt } = await ask();
    clock.advance(FRESH_MS - 1);
    expect((await ask()).takenAt).toBe(takenAt);
    // As a shell completes the name of a folder.
    expect((await ask({ pool: `${srv}/` })).pools[0]?.pool).toBe(srv);
  });

  it('are foreseen once for all who ask meanwhile', async () => {
    await storeOf().addSamples(daily({ kind: 'pool', subject: srv }, rising({ days: 30, from: 500, perDay: 2 })));
    const { store, readings } = counted(storeOf());
    const { ask, foresight } = foresee({ store, pools: [srv] });
    const [first, second, third] = await Promise.all([foresight.ofPools([srv]), foresight.poolForecasts(), ask()]);
    expect(readings()).toBe(1);
    expect(second).toEqual(first);
    expect(third.pools[0]?.asItGoes).toEqual(first[0]?.forecast);
  });

  it('are kept, for less long, also while one of them was never sampled', async () => {
    await storeOf().addSamples(daily({ kind: 'pool', subject: srv }, rising({ days: 30, from: 500, perDay: 2 })));
    const { store, readings } = counted(storeOf());
    const { ask, clock } = foresee({ store, pools: [srv, `${srv}-new`] });
    await ask();
    clock.advance(BRIEF_MS - 1);
    await ask();
    expect(readings()).toBe(1);
    await storeOf().addSamples(daily({ kind: 'pool', subject: `${srv}-new` }, rising({ days: 1, from: 1, perDay: 0 })));
    clock.advance(1);
    expect(await ask()).toMatchObject({ unsampled: [] });
    expect(readings()).toBe(2);
  });

  it('that could not be read are read anew when somebody asks again', async () => {
    await storeOf().addSamples(daily({ kind: 'pool', subject: srv }, rising({ days: 30, from: 500, perDay: 2 })));
    let isAway = true;
    const series: Store['series'] = async (kind) => {
      if (isAway) throw new Error('the server is away');
      return storeOf().series(kind);
    };
    const { ask } = foresee({ store: { ...storeOf(), series }, pools: [srv] });
    await expect(ask()).rejects.toThrow('the server is away');
    isAway = false;
    expect((await ask()).pools).toHaveLength(1);
  });

  it('of storage that was put in place of other storage the levels of the new alone count', async () => {
    await storeOf().addSamples([
      ...daily({ kind: 'pool', subject: srv, device: '8:1' }, rising({ days: 90, from: 10, perDay: 5 }), 40),
      ...daily({ kind: 'pool', subject: srv, device: '8:17' }, rising({ days: 41, from: 300, perDay: 0 })),
    ]);
    const [pool] = (await foresee({ store: storeOf(), pools: [srv] }).ask()).pools;
    expect(pool).toMatchObject({ since: '2026-10-14', usedBytes: 300 * GiB, asItGoes: { kind: 'not-growing' } });
  });

  it('one that got more storage has what it has now', async () => {
    await storeOf().addSamples([
      ...daily({ kind: 'pool', subject: srv, limit: 600 }, rising({ days: 30, from: 500, perDay: 2 }), 30),
      ...daily({ kind: 'pool', subject: srv, limit: 1000 }, rising({ days: 30, from: 560, perDay: 2 })),
    ]);
    const [pool] = (await foresee({ store: storeOf(), pools: [srv] }).ask()).pools;
    expect(pool?.sizeBytes).toBe(1000 * GiB);
    expect(near(pool?.asItGoes.median, '2027-06-20')).toBeLessThan(25);
  });

  it('a day is one in UTC: what was sampled a moment before midnight is of the day before', async () => {
    const midnight = Date.UTC(2026, 10, 23);
    const sampled = ({ at, levelBytes }: Pick<Sample, 'at' | 'levelBytes'>): Sample => ({
      series: { kind: 'pool', subject: srv, device: '' },
      at,
      levelBytes,
      limitBytes: 100,
    });
    await storeOf().addSamples([
      sampled({ at: midnight - 1, levelBytes: 1 }),
      sampled({ at: midnight, levelBytes: 2 }),
      sampled({ at: NOW, levelBytes: 3 }),
    ]);
    const { pools } = await foresee({ store: storeOf(), pools: [srv] }).ask({ pool: srv });
    expect(pools[0]?.detail?.levels).toEqual([
      { day: '2026-11-22', level: 1 },
      { day: '2026-11-23', level: 3 },
    ]);
    expect(pools[0]?.asItGoes).toMatchObject({ kind: 'not-enough-data', at: '2026-11-23' });
  });
});

describe('trims', () => {
  it('that gave back as much as was written are why it does not grow: without them it does', async () => {
    // 3 GiB a day, and each week a trim of 21.
    const teeth = Array.from({ length: 140 }, (_, index) => 700 + (index % 7) * 3);
    const sums = Array.from({ length: 140 }, (_, index) => Math.floor(index / 7) * 21);
    await storeOf().addSamples([
      ...daily({ kind: 'pool', subject: srv }, teeth),
      ...daily({ kind: 'pool-given-back', subject: srv }, sums),
    ]);
    const [pool] = (await foresee({ store: storeOf(), pools: [srv] }).ask()).pools;
    expect(pool?.asItGoes.kind).not.toBe('date');
    expect(pool?.withoutTrims?.kind).toBe('date');
    expect(pool?.withoutTrims?.growthPerDay).toBeCloseTo(3 * GiB, -8);
  });

  it('of images whose guests tell their use would give back what is above that', async () => {
    await storeOf().addSamples([
      ...daily({ kind: 'pool', subject: srv }, rising({ days: 60, from: 582, perDay: 2 })),
      ...daily({ kind: 'image', subject: `${srv}/web.raw` }, rising({ days: 60, from: 100, perDay: 1 })),
      ...daily({ kind: 'image', subject: `${srv}/db.raw` }, rising({ days: 60, from: 100, perDay: 1 })),
      ...daily({ kind: 'image', subject: `${srv}/mute.raw` }, rising({ days: 60, from: 300, perDay: 0 })),
      // What is written there is deleted there: only the images grow.
      ...daily({ kind: 'filesystem', subject: `${srv}-guest-1 /` }, rising({ days: 60, from: 20, perDay: 0 })),
      ...daily({ kind: 'filesystem', subject: `${srv}-guest-1 /home` }, rising({ days: 60, from: 10, perDay: 0 })),
      ...daily({ kind: 'filesystem', subject: `${srv}-guest-2 /` }, rising({ days: 60, from: 59, perDay: 0 })),
    ]);
    const held = [
      { image: `${srv}/web.raw`, filesystems: [`${srv}-guest-1 /`, `${srv}-guest-1 /home`], passes: true },
      { image: `${srv}/db.raw`, filesystems: [`${srv}-guest-2 /`], passes: false },
      { image: `${srv}/mute.raw`, filesystems: [`${srv}-guest-3 /`], passes: true },
    ];
    const { pools } = await foresee({ store: storeOf(), pools: [srv], held }).ask({ pool: srv });
    const { withTrims, afterFixes } = pools[0]?.detail ?? {};
    expect(withTrims).toMatchObject({ comesBackBytes: (159 - 30) * GiB, images: 1 });
    expect(withTrims?.forecast.growthPerDay).toBeCloseTo(GiB, -8);
    expect(afterFixes).toMatchObject({ comesBackBytes: (159 - 30 + 159 - 59) * GiB, images: 2 });
    expect(afterFixes?.forecast.kind).toBe('not-growing');
  });

  it('of an image whose guest has told no use for more than a day nothing is foreseen', async () => {
    const guest = `${srv}-guest /`;
    await storeOf().addSamples([
      ...daily({ kind: 'pool', subject: srv }, rising({ days: 60, from: 582, perDay: 2 })),
      ...daily({ kind: 'image', subject: `${srv}/web.raw` }, rising({ days: 60, from: 100, perDay: 1 })),
      ...daily({ kind: 'filesystem', subject: guest }, rising({ days: 58, from: 20, perDay: 0 }), 2),
    ]);
    const held = [{ image: `${srv}/web.raw`, filesystems: [guest], passes: true }];
    const ask = async () =>
      (await foresee({ store: storeOf(), pools: [srv], held }).ask({ pool: srv })).pools[0]?.detail;
    expect(await ask()).toMatchObject({ withTrims: null, afterFixes: null });
    // As soon as it tells again it is known again.
    await storeOf().addSamples(daily({ kind: 'filesystem', subject: guest }, [20], 1));
    expect(await ask()).toMatchObject({ withTrims: { images: 1 } });
  });

  it('of nobody who tells a use nothing is foreseen', async () => {
    await storeOf().addSamples(daily({ kind: 'pool', subject: srv }, rising({ days: 60, from: 582, perDay: 2 })));
    const { pools } = await foresee({ store: storeOf(), pools: [srv] }).ask({ pool: srv });
    expect(pools[0]?.detail).toMatchObject({ withTrims: null, afterFixes: null });
  });
});

/** How often the pools were foreseen. */
function counted(store: Store) {
  let readings = 0;
  const series: Store['series'] = async (kind) => {
    if (kind === 'pool') readings += 1;
    return store.series(kind);
  };
  return { store: { ...store, series }, readings: () => readings };
}

/** By how many days two days are apart. */
function near(one: string | null | undefined, other: string): number {
  return Math.abs(Date.parse(one ?? dayAt(0)) - Date.parse(other)) / DAY_MS;
}
