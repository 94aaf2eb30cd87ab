import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createForesight, FRESH_MS } from '../../../../collector/src/conduct/foresee/foresight.ts';
import type { HeldImage } from '../../../../collector/src/conduct/foresee/read-held.ts';
import { DAY_MS, dayAt } from '../../../../collector/src/model/day-steps.ts';
import type { ForesightQuery } from '../../../../collector/src/model/foresight.ts';
import type { PoolState } from '../../../../collector/src/model/pool.ts';
import type { Sample, SeriesKind } from '../../../../collector/src/model/series.ts';
import type { ImageRow } from '../../../../collector/src/model/status.ts';
import type { Store } from '../../../../collector/src/ports/store/store.ts';
import { createTestClock } from '../../../support/test-clock.ts';
import { openTestStore } from '../../store/open-test-store.ts';

const GiB = 1024 ** 3;
/** In the middle of a day, UTC. */
const NOW = Date.UTC(2026, 10, 23, 12);

const aPool = (key: string) => ({ key, sizeBytes: 1000 * GiB, freeBytes: 300 * GiB, overcommit: 2.5 }) as PoolState;

let folder: string;
let store: Store;
/** The pool of the test. */
let srv = '';
let tests = 0;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-foresee-'));
  store = await openTestStore(folder);
});
beforeEach(() => {
  tests += 1;
  srv = `/srv-${tests}`;
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** A level each day at noon, in GiB, the last of them now; null: none on that day. */
function daily(
  { kind, subject, device = '', limit = 1000 }: { kind: SeriesKind; subject: string; device?: string; limit?: number },
  levels: readonly (number | null)[],
  endedDaysAgo = 0,
): Sample[] {
  const first = NOW - (levels.length - 1 + endedDaysAgo) * DAY_MS;
  return levels.flatMap((level, index) =>
    level === null
      ? []
      : [
          {
            series: { kind, subject, device },
            at: first + index * DAY_MS,
            levelBytes: Math.round(level * GiB),
            limitBytes: limit * GiB,
          },
        ],
  );
}

const rising = ({ days, from, perDay }: Readonly<Record<'days' | 'from' | 'perDay', number>>) =>
  Array.from({ length: days }, (_, index) => from + index * perDay);

const anImageRow = (name: string, rest: Partial<ImageRow> = {}) =>
  ({
    path: `${srv}/${name}.raw`,
    pool: srv,
    guest: name,
    capacityBytes: 500 * GiB,
    allocationBytes: 100 * GiB,
    ...rest,
  }) as ImageRow;

function foreseer({
  pools = [aPool(srv)],
  images = [],
  held = [],
}: {
  pools?: readonly PoolState[];
  images?: readonly ImageRow[];
  held?: readonly HeldImage[];
} = {}) {
  const clock = createTestClock(NOW);
  const asked = { status: 0, held: [] as string[] };
  const foresight = createForesight({
    clock,
    store,
    async readStatus() {
      asked.status += 1;
      return { pools, images };
    },
    async readHeld(pool) {
      asked.held.push(pool);
      return held;
    },
  });
  const ask = (query: Partial<ForesightQuery> = {}) =>
    foresight.forecasts({ pool: null, add: null, without: null, ...query });
  return { foresight, ask, clock, asked };
}

describe('all pools', () => {
  it('are told with their metadata, the most urgent first, and without detail', async () => {
    await store.addSamples([
      ...daily({ kind: 'pool', subject: srv }, rising({ days: 60, from: 582, perDay: 2 })),
      ...daily({ kind: 'pool', subject: `${srv}-thin` }, rising({ days: 60, from: 100, perDay: 0 })),
      ...daily(
        { kind: 'pool-metadata', subject: `${srv}-thin`, limit: 1 },
        rising({ days: 60, from: 0.3, perDay: 0.01 }),
      ),
      ...daily({ kind: 'pool', subject: `${srv}-gone` }, rising({ days: 60, from: 582, perDay: 2 })),
    ]);
    const { ask, foresight, asked } = foreseer({ pools: [srv, `${srv}-thin`, `${srv}-new`].map(aPool) });
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
    expect(asked.held).toEqual([]);
    // The alerts hear of pools alone.
    expect((await foresight.poolForecasts()).map(({ pool }) => pool)).toEqual([srv, `${srv}-thin`]);
  });

  it('are foreseen anew after a while, on another day, and where there are others', async () => {
    await store.addSamples(daily({ kind: 'pool', subject: srv }, rising({ days: 30, from: 500, perDay: 2 })));
    const { ask, clock } = foreseer();
    const [first] = (await ask()).pools;
    await store.addSamples([
      { series: { kind: 'pool', subject: srv, device: '' }, at: NOW + 1, levelBytes: 0, limitBytes: GiB },
    ]);
    expect((await ask()).pools[0]).toBe(first);
    clock.advance(FRESH_MS);
    expect((await ask()).pools[0]).toMatchObject({ usedBytes: 0, sizeBytes: GiB });
  });

  it('of storage that was put in place of other storage the levels of the new alone count', async () => {
    await store.addSamples([
      ...daily({ kind: 'pool', subject: srv, device: '8:1' }, rising({ days: 90, from: 10, perDay: 5 }), 40),
      ...daily({ kind: 'pool', subject: srv, device: '8:17' }, rising({ days: 41, from: 300, perDay: 0 })),
    ]);
    const [pool] = (await foreseer().ask()).pools;
    expect(pool).toMatchObject({ since: '2026-10-14', usedBytes: 300 * GiB, asItGoes: { kind: 'not-growing' } });
  });

  it('one that got more storage has what it has now', async () => {
    await store.addSamples([
      ...daily({ kind: 'pool', subject: srv, limit: 600 }, rising({ days: 30, from: 500, perDay: 2 }), 30),
      ...daily({ kind: 'pool', subject: srv, limit: 1000 }, rising({ days: 30, from: 560, perDay: 2 })),
    ]);
    const [pool] = (await foreseer().ask()).pools;
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
    await store.addSamples([
      sampled({ at: midnight - 1, levelBytes: 1 }),
      sampled({ at: midnight, levelBytes: 2 }),
      sampled({ at: NOW, levelBytes: 3 }),
    ]);
    const { pools } = await foreseer().ask({ pool: srv });
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
    await store.addSamples([
      ...daily({ kind: 'pool', subject: srv }, teeth),
      ...daily({ kind: 'pool-given-back', subject: srv }, sums),
    ]);
    const [pool] = (await foreseer().ask()).pools;
    expect(pool?.asItGoes.kind).not.toBe('date');
    expect(pool?.withoutTrims?.kind).toBe('date');
    expect(pool?.withoutTrims?.growthPerDay).toBeCloseTo(3 * GiB, -8);
  });

  it('of images whose guests tell their use would give back what is above that', async () => {
    await store.addSamples([
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
    const { pools } = await foreseer({ held }).ask({ pool: srv });
    const { withTrims, afterFixes } = pools[0]?.detail ?? {};
    expect(withTrims).toMatchObject({ comesBackBytes: (159 - 30) * GiB, images: 1 });
    expect(withTrims?.forecast.growthPerDay).toBeCloseTo(GiB, -8);
    expect(afterFixes).toMatchObject({ comesBackBytes: (159 - 30 + 159 - 59) * GiB, images: 2 });
    expect(afterFixes?.forecast.kind).toBe('not-growing');
  });

  it('of nobody who tells a use nothing is foreseen', async () => {
    await store.addSamples(daily({ kind: 'pool', subject: srv }, rising({ days: 60, from: 582, perDay: 2 })));
    const { pools } = await foreseer().ask({ pool: srv });
    expect(pools[0]?.detail).toMatchObject({ withTrims: null, afterFixes: null });
  });
});

describe('one pool', () => {
  let images: readonly ImageRow[];

  beforeEach(() => {
    images = [anImageRow('web'), anImageRow('db'), anImageRow('db', { guest: 'other' })];
    return store.addSamples([
      ...daily({ kind: 'pool', subject: srv }, rising({ days: 60, from: 582, perDay: 2 })),
      ...daily({ kind: 'image', subject: `${srv}/web.raw` }, rising({ days: 60, from: 41, perDay: 1 })),
      // New, and shared.
      ...daily({ kind: 'image', subject: `${srv}/db.raw` }, [30]),
    ]);
  });

  it('is told with who fills it', async () => {
    const { pools } = await foreseer({ images }).ask({ pool: srv });
    expect(pools[0]?.detail?.growers).toMatchObject({ days: 30, growthPerDay: 2 * GiB });
    expect(pools[0]?.detail?.growers?.rows).toEqual([
      { kind: 'image', image: `${srv}/web.raw`, guest: 'web', isNew: false, growthPerDay: GiB, share: 0.5 },
      { kind: 'image', image: `${srv}/db.raw`, guest: null, isNew: true, growthPerDay: GiB, share: 0.5 },
      { kind: 'other-files', image: null, guest: null, isNew: false, growthPerDay: 0, share: null },
    ]);
  });

  it('fills sooner if each guest writes as on the last day, its filesystems too', async () => {
    const hourly = (kind: SeriesKind, subject: string, perDay: number): Sample[] =>
      [24, 12, 0].map((hoursAgo) => ({
        series: { kind, subject, device: '' },
        at: NOW - hoursAgo * 3_600_000 - 1,
        levelBytes: Math.round((41 + (perDay * (24 - hoursAgo)) / 24) * GiB),
        limitBytes: null,
      }));
    await store.addSamples([
      ...hourly('filesystem', `${srv}-guest-1 /`, 20),
      ...hourly('filesystem', `${srv}-guest-1 /srv`, 10),
    ]);
    const held = [{ image: `${srv}/web.raw`, filesystems: [`${srv}-guest-1 /`, `${srv}-guest-1 /srv`], passes: true }];
    const { pools } = await foreseer({ images, held }).ask({ pool: srv });
    // The image has grown by one, and its filesystems by 30: 300 are free, 400 the image may grow.
    expect(pools[0]?.detail?.worst).toEqual({
      overcommit: 2.5,
      ifAllFilled: { day: '2026-12-03', growthPerDay: 30 * GiB, known: 1, images: 2 },
    });
  });

  it('fills later with more storage, or without a guest', async () => {
    const { ask } = foreseer({ images });
    const answerTo = async (query: Partial<ForesightQuery>) =>
      (await ask({ pool: srv, ...query })).pools[0]?.detail?.answer;
    const more = await answerTo({ add: 200 * GiB });
    // 200 GiB at 2 a day.
    expect(more?.laterDays).toBeGreaterThan(85);
    expect(more?.laterDays).toBeLessThan(115);
    expect(more).toMatchObject({ addBytes: 200 * GiB, without: null, goesBytes: 0 });
    const without = await answerTo({ without: 'web' });
    expect(without).toMatchObject({ addBytes: 0, without: 'web', goesBytes: 100 * GiB });
    // 400 GiB at 1 a day, where it was 300 at 2.
    expect(without?.forecast.growthPerDay).toBeCloseTo(GiB, -8);
    expect(without?.laterDays).toBeGreaterThan(200);
    expect(await answerTo({})).toBeNull();
  });

  it('has no image of a guest that is elsewhere, is not there, or shares it', async () => {
    const { ask } = foreseer({ images: [...images, anImageRow('far', { pool: '/far' })] });
    const asking = (query: Partial<ForesightQuery>) => ask({ pool: srv, ...query });
    await expect(asking({ without: 'far' })).rejects.toMatchObject({ detail: { code: 'guest-elsewhere' } });
    await expect(asking({ without: 'db' })).rejects.toMatchObject({ detail: { code: 'guest-elsewhere' } });
    await expect(asking({ without: 'nobody' })).rejects.toMatchObject({ detail: { code: 'unknown-guest' } });
    await expect(asking({ pool: '/nowhere' })).rejects.toMatchObject({ detail: { code: 'unknown-pool' } });
  });
});

/** By how many days two days are apart. */
function near(one: string | null | undefined, other: string): number {
  return Math.abs(Date.parse(one ?? dayAt(0)) - Date.parse(other)) / DAY_MS;
}
