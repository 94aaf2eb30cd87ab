import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createGivenBack } from '../../../../collector/src/conduct/foresee/count-given-back.ts';
import { readLevels } from '../../../../collector/src/conduct/foresee/read-levels.ts';
import { DAY_MS } from '../../../../collector/src/model/day.ts';
import { dayAt } from '../../../../collector/src/model/day-steps.ts';
import type { Sample } from '../../../../collector/src/model/series.ts';
import type { DiskResult, Verdict } from '../../../../collector/src/model/trim-result.ts';
import type { SamplesStore } from '../../../../collector/src/ports/store/samples.ts';
import type { Store } from '../../../../collector/src/ports/store/store.ts';
import type { ClosedTrim } from '../../../../collector/src/ports/store/trims.ts';
import { createTestClock } from '../../../support/test-clock.ts';
import { TRIM } from '../../api/examples.ts';
import { openTestStore } from '../../store/open-test-store.ts';

let folder: string;
let store: Store;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-given-back-'));
  store = await openTestStore(folder);
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

type Told = readonly [
  image: string | null,
  verdict: Verdict,
  reclaimedBytes: number | null,
  regainedBytes?: number | null,
];

let trims = 0;

function aClosed(disks: readonly Told[], report: object | null = {}): ClosedTrim {
  trims += 1;
  const closed: Record<keyof Pick<ClosedTrim, 'guestId' | 'report' | 'result'>, unknown> = {
    guestId: 'guest-1',
    report,
    result: {
      ...TRIM,
      id: `trim-${trims}`,
      disks: disks.map(
        ([image, verdict, reclaimedBytes, regainedBytes = null]) =>
          ({ image, verdict, hops: { reclaimedBytes, regainedBytes } }) as DiskResult,
      ),
    },
  };
  return closed as unknown as ClosedTrim;
}

const POOLS = new Map([
  ['/a/web.raw', '/a'],
  ['/a/db.raw', '/a'],
  ['/a/shared.raw', '/a'],
  ['/b/old.raw', '/b'],
]);

/** Each added sample ends a wait. */
function counter(addSamples: SamplesStore['addSamples'] = store.addSamples) {
  const clock = createTestClock(Date.UTC(2026, 10, 23, 12));
  const warned: string[] = [];
  let wake = () => {};
  const givenBack = createGivenBack({
    clock,
    log: {
      warn(_fields, message) {
        warned.push(message);
        wake();
      },
    },
    store: {
      series: store.series,
      async addSamples(samples: readonly Sample[]) {
        await addSamples(samples);
        wake();
      },
    },
    readPools: async () => POOLS,
  });
  /** Until something is counted. */
  const counting = (work: () => void) =>
    new Promise<void>((resolve) => {
      wake = resolve;
      work();
    });
  const note = (closed: ClosedTrim) => counting(() => givenBack.note(closed));
  return { clock, warned, note, counting, givenBack };
}

const levelsAt = async (now: number) => {
  const found = await readLevels(store, { kind: 'pool-given-back', subjects: null, from: 0, to: now + 1 });
  return Object.fromEntries([...found].map(([pool, { levels, leastBytes }]) => [pool, { levels, leastBytes }]));
};

it('adds up by pool what conclusive trims gave back, over a restart too', async () => {
  const { clock, note, givenBack } = counter();
  const first = dayAt(clock.now());
  // None of these counts: unknown, no pool, nobody measured, grown, inconclusive; and one that is told again later.
  givenBack.note(aClosed([['/a/web.raw', 'reclaimed', 1_000]], null));
  await note(
    aClosed([
      ['/a/web.raw', 'reclaimed', 50],
      ['/a/db.raw', 'lost', 2],
      [null, 'reclaimed', 400],
      ['/nowhere.raw', 'reclaimed', 400],
      ['/a/db.raw', 'unmeasurable', null],
      ['/a/db.raw', 'nothing-to-reclaim', -8],
      ['/a/db.raw', 'cancelled', 400],
      // What the pool did not get: it is shared with a copy.
      ['/a/shared.raw', 'held', 400],
    ]),
  );
  expect(await levelsAt(clock.now())).toEqual({ '/a': { leastBytes: 0, levels: [{ day: first, level: 52 }] } });

  const restarted = counter();
  restarted.clock.advance(DAY_MS);
  const second = dayAt(restarted.clock.now());
  await restarted.note(
    aClosed([
      ['/a/db.raw', 'reclaimed', 8],
      ['/b/old.raw', 'held', 500, 5],
    ]),
  );
  expect(await levelsAt(restarted.clock.now())).toEqual({
    '/a': {
      leastBytes: 0,
      levels: [
        { day: first, level: 52 },
        { day: second, level: 60 },
      ],
    },
    '/b': { leastBytes: 0, levels: [{ day: second, level: 5 }] },
  });
});

it('what is found out of a trim later is told for what was told first, and two of one instant are both counted', async () => {
  const { clock, note, counting, givenBack } = counter();
  clock.advance(5 * DAY_MS);
  const sum = async () => (await levelsAt(clock.now() + 9))['/b']?.levels.at(-1)?.level;
  const pending = aClosed([['/b/old.raw', 'reclaimed', 100]]);
  const before = (await sum()) ?? 0;
  await note(pending);
  await note(aClosed([['/b/old.raw', 'reclaimed', 7]]));
  expect(await sum()).toBe(before + 107);
  // Of trims of before the collector was started nobody knows what was counted.
  givenBack.amend(aClosed([['/b/old.raw', 'reclaimed', 50]]));
  const { result } = aClosed([['/b/old.raw', 'held', 100, 30]]);
  const amended = { guestId: pending.guestId, result: { ...result, id: pending.result.id } };
  await counting(() => givenBack.amend(amended));
  expect(await sum()).toBe(before + 37);
  await note(aClosed([['/b/old.raw', 'reclaimed', 1]]));
  expect(await sum()).toBe(before + 38);
});

it('what could not be stored is told of, and is not counted twice', async () => {
  let isFull = true;
  const { clock, note, warned } = counter(async (samples) => {
    if (isFull) throw new Error('the disk is full');
    await store.addSamples(samples);
  });
  clock.advance(2 * DAY_MS);
  await note(aClosed([['/a/web.raw', 'reclaimed', 100]]));
  expect(warned).toEqual(['what a trim gave back could not be counted']);
  isFull = false;
  await note(aClosed([['/a/web.raw', 'reclaimed', 1]]));
  expect((await levelsAt(clock.now()))['/a']?.levels.at(-1)?.level).toBe(61);
});
