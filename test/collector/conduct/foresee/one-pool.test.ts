import { beforeEach, describe, expect, it } from 'vitest';
import type { ForesightQuery } from '../../../../collector/src/model/foresight.ts';
import type { Sample, SeriesKind } from '../../../../collector/src/model/series.ts';
import type { ImageRow } from '../../../../collector/src/model/status.ts';
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

const anImageRow = (name: string, rest: Partial<ImageRow> = {}) =>
  ({
    path: `${srv}/${name}.raw`,
    pool: srv,
    guest: name,
    capacityBytes: 500 * GiB,
    allocationBytes: 100 * GiB,
    ...rest,
  }) as ImageRow;

describe('one pool', () => {
  let images: readonly ImageRow[];

  beforeEach(() => {
    images = [anImageRow('web'), anImageRow('db'), anImageRow('db', { guest: 'other' })];
    return storeOf().addSamples([
      ...daily({ kind: 'pool', subject: srv }, rising({ days: 60, from: 582, perDay: 2 })),
      ...daily({ kind: 'image', subject: `${srv}/web.raw` }, rising({ days: 60, from: 41, perDay: 1 })),
      // New, and shared.
      ...daily({ kind: 'image', subject: `${srv}/db.raw` }, [30]),
    ]);
  });

  it('is told with who fills it', async () => {
    const { pools } = await foresee({ store: storeOf(), pools: [srv], images }).ask({ pool: srv });
    expect(pools[0]?.detail?.growers).toMatchObject({ days: 30, growthPerDay: 2 * GiB });
    expect(pools[0]?.detail?.growers?.rows).toEqual([
      { kind: 'image', image: `${srv}/web.raw`, guest: 'web', isNew: false, growthPerDay: GiB, share: 0.5 },
      { kind: 'image', image: `${srv}/db.raw`, guest: null, isNew: true, growthPerDay: GiB, share: 0.5 },
      { kind: 'other-files', image: null, guest: null, isNew: false, growthPerDay: 0, share: null },
    ]);
  });

  it('is told without reading what is sampled of other pools', async () => {
    const read: string[] = [];
    const store: Store = {
      ...storeOf(),
      async pointsOfKind(query) {
        const found = await storeOf().pointsOfKind(query);
        if (query.kind === 'image' || query.kind === 'filesystem')
          read.push(...found.map(({ series }) => series.subject));
        return found;
      },
    };
    const guest = (name: string) => `${srv}-${name} /`;
    await storeOf().addSamples([
      ...daily({ kind: 'image', subject: `${srv}-other/web.raw` }, [30]),
      ...daily({ kind: 'filesystem', subject: guest('other') }, [30]),
      ...daily({ kind: 'filesystem', subject: guest('web') }, [30]),
    ]);
    const held = [{ image: `${srv}/web.raw`, filesystems: [guest('web')], passes: true }];
    await foresee({ store, pools: [srv], images, held }).ask({ pool: srv });
    expect([...new Set(read)].toSorted()).toEqual([`${srv}-web /`, `${srv}/db.raw`, `${srv}/web.raw`]);
  });

  it('fills sooner if each guest writes as on the last day, its filesystems too', async () => {
    const hourly = (kind: SeriesKind, subject: string, perDay: number): Sample[] =>
      [24, 12, 0].map((hoursAgo) => ({
        series: { kind, subject, device: '' },
        at: NOW - hoursAgo * 3_600_000 - 1,
        levelBytes: Math.round((41 + (perDay * (24 - hoursAgo)) / 24) * GiB),
        limitBytes: null,
      }));
    await storeOf().addSamples([
      ...hourly('filesystem', `${srv}-guest-1 /`, 20),
      ...hourly('filesystem', `${srv}-guest-1 /srv`, 10),
    ]);
    const held = [{ image: `${srv}/web.raw`, filesystems: [`${srv}-guest-1 /`, `${srv}-guest-1 /srv`], passes: true }];
    const { pools } = await foresee({ store: storeOf(), pools: [srv], images, held }).ask({ pool: srv });
    // The image has grown by one, and its filesystems by 30: 300 are free, 400 the image may grow.
    expect(pools[0]?.detail?.worst).toEqual({
      overcommit: 2.5,
      ifAllFilled: { day: '2026-12-03', growthPerDay: 30 * GiB, known: 1, images: 2 },
    });
  });

  it('fills later with more storage, or without a guest', async () => {
    const { ask } = foresee({ store: storeOf(), pools: [srv], images });
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
    const { ask } = foresee({
      store: storeOf(),
      pools: [srv],
      images: [...images, anImageRow('far', { pool: '/far' })],
    });
    const asking = (query: Partial<ForesightQuery>) => ask({ pool: srv, ...query });
    await expect(asking({ without: 'far' })).rejects.toMatchObject({ detail: { code: 'guest-elsewhere' } });
    await expect(asking({ without: 'db' })).rejects.toMatchObject({ detail: { code: 'guest-elsewhere' } });
    await expect(asking({ without: 'nobody' })).rejects.toMatchObject({ detail: { code: 'unknown-guest' } });
    await expect(asking({ pool: '/nowhere' })).rejects.toMatchObject({ detail: { code: 'unknown-pool' } });
  });
});
