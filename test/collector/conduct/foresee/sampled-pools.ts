import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { createForesight } from '../../../../collector/src/conduct/foresee/foresight.ts';
import type { HeldImage } from '../../../../collector/src/conduct/foresee/read-held.ts';
import { DAY_MS } from '../../../../collector/src/model/day.ts';
import type { ForesightQuery } from '../../../../collector/src/model/foresight.ts';
import type { PoolState } from '../../../../collector/src/model/pool.ts';
import type { Sample, SeriesKind } from '../../../../collector/src/model/series.ts';
import type { ImageRow } from '../../../../collector/src/model/status.ts';
import type { Store } from '../../../../collector/src/ports/store/store.ts';
import { createTestClock } from '../../../support/test-clock.ts';
import { openTestStore } from '../../store/open-test-store.ts';

export const GiB = 1024 ** 3;
/** In the middle of a day, UTC. */
export const NOW = Date.UTC(2026, 10, 23, 12);

/** 700 of 1,000 GiB are used. */
export const aPool = (key: string) =>
  ({ key, sizeBytes: 1000 * GiB, freeBytes: 300 * GiB, overcommit: 2.5 }) as PoolState;

/** A level each day at noon, in GiB, the last of them now; null: none on that day. */
export function daily(
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

export const rising = ({ days, from, perDay }: Readonly<Record<'days' | 'from' | 'perDay', number>>) =>
  Array.from({ length: days }, (_, index) => from + index * perDay);

/** One store for all tests of a file: each has pools of its own. */
export function useStore(): () => Store {
  let folder: string;
  let store: Store;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'trimtab-foresee-'));
    store = await openTestStore(folder);
  });
  afterAll(async () => {
    await store.close();
    await rm(folder, { recursive: true });
  });
  return () => store;
}

/** The pools of a host, as far as they are sampled in a store. */
export function foresee({
  store,
  pools,
  images = [],
  held = [],
}: {
  store: Store;
  pools: readonly string[];
  images?: readonly ImageRow[];
  held?: readonly HeldImage[];
}) {
  const clock = createTestClock(NOW);
  const asked = { statuses: 0, held: [] as string[] };
  const foresight = createForesight({
    clock,
    store,
    readPools: async () => pools.map(aPool),
    async readHeld(pool) {
      asked.held.push(pool);
      return held;
    },
  });
  async function readStatus() {
    asked.statuses += 1;
    return { pools: pools.map(aPool), images };
  }
  const ask = ({ pool = null, add = null, without = null }: Partial<ForesightQuery> = {}) =>
    pool === null ? foresight.all() : foresight.one({ pool, add, without }, readStatus);
  return { foresight, ask, clock, asked };
}
