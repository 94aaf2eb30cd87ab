import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqlDatabase } from '../../../collector/src/io/sqlite.ts';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';
import type { HostId } from '../../../collector/src/model/host-id.ts';
import type { SqlDatabase } from '../../../collector/src/ports/sql-database.ts';
import { createStore } from '../../../collector/src/store/create-store.ts';
import { SERIES_KEPT } from '../../../collector/src/store/samples/bound-series.ts';
import { PAGE_ROWS } from '../../../collector/src/store/samples/prune.ts';
import { MIDNIGHT, POOL, sampleOf } from '../../contract/sample-examples.ts';
import { fillDisk, smallDisk } from '../../support/machine/small-disk.ts';
import { NO_SURROUNDINGS } from './no-surroundings.ts';
import { openTestStore } from './open-test-store.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-samples-'));
});
afterEach(() => rm(folder, { recursive: true }));

const pathIn = (place: string) => join(place, 'trimtab.sqlite');

it('a full disk takes samples away, and nothing else: what was stored is told, and it goes on when there is room', async () => {
  await using disk = await smallDisk({ path: join(folder, 'small'), bytes: 4 * 1024 * 1024 });
  const store = await openTestStore(disk.path);
  const minute = (n: number) =>
    Array.from({ length: 500 }, (_, index) => ({
      ...sampleOf({ at: MIDNIGHT + n * MINUTE, level: n }),
      series: { ...POOL, subject: `/${index}` },
    }));
  await store.addSamples(minute(0));
  const filling = fillDisk(disk.path);
  let minutes = 1;
  // What the log has room for is taken.
  for (let failed = false; !failed; minutes += 1)
    await store.addSamples(minute(minutes)).catch((error) => {
      expect(error).toMatchObject({ detail: { code: 'store-full' } });
      failed = true;
    });
  const stored = minutes - 1;
  const told = async () =>
    (await store.pointsOfKind({ kind: 'pool', resolution: 'raw', from: 0, to: 1e15 })).map(
      ({ points }) => points.length,
    );
  expect(await told()).toEqual(Array.from({ length: 500 }, () => stored));
  await expect(store.addSamples(minute(minutes))).rejects.toMatchObject({ detail: { code: 'store-full' } });
  filling.give();
  await store.addSamples(minute(minutes + 1));
  expect(await told()).toEqual(Array.from({ length: 500 }, () => stored + 1));
  await store.close();
  const database = new DatabaseSync(pathIn(disk.path));
  expect(database.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
  database.close();
});

/** The real database; how many rows of samples each transaction deleted, and when something was added. */
function noting(database: SqlDatabase, noted: (number | 'added')[]): SqlDatabase {
  return {
    ...database,
    async connect() {
      const connection = await database.connect();
      return {
        ...connection,
        async query(statement) {
          const answer = await connection.query(statement);
          if (/^delete from "sample"/.test(statement.sql)) noted.push(answer.changes);
          if (/^insert into "last_sample"/.test(statement.sql)) noted.push('added');
          return answer;
        },
      };
    },
  };
}

it('[SA4] what is let go goes in parts, between which others add', async () => {
  const noted: (number | 'added')[] = [];
  const path = pathIn(folder);
  const store = await createStore({
    ...NO_SURROUNDINGS,
    kept: { samples: 1, hours: 90, days: 1_825 },
    database: noting(openSqlDatabase(path), noted),
    path,
    hostId: 'host' as HostId,
    historyBytes: 1e9,
    newGuestId: () => 'unused' as GuestId,
  });
  const many = Array.from({ length: 50 * 100 }, (_, index) => ({
    ...sampleOf({ at: MIDNIGHT + Math.floor(index / 50), level: index }),
    series: { ...POOL, subject: `/${index % 50}` },
  }));
  await store.addSamples(many);
  await store.addSamples(
    Array.from({ length: 24 * 12 + 1 }, (_, n) => sampleOf({ at: MIDNIGHT + (n + 1) * 5 * MINUTE, level: n })),
  );
  noted.length = 0;
  for (let n = 0; n < 3; n += 1) await store.addSamples([sampleOf({ at: MIDNIGHT + DAY + n, level: n })]);
  await expect.poll(() => noted.reduce<number>((sum, one) => sum + (one === 'added' ? 0 : one), 0)).toBe(many.length);
  const parts = noted.filter((one) => one !== 'added');
  expect(Math.max(...parts)).toBeLessThanOrEqual(PAGE_ROWS);
  // Those who asked meanwhile were not kept waiting until all was gone.
  expect(noted.lastIndexOf('added')).toBeLessThan(noted.lastIndexOf(parts.at(-1) ?? 0));
  await store.close();
});

it('series are bounded: those go that were sampled longest ago, and where all are of these days, new ones are left', async () => {
  const said: string[] = [];
  const store = await openTestStore(folder, { said });
  const batch = ({ count, name, at }: { count: number; name: string; at: number }) =>
    Array.from({ length: count }, (_, index) => ({
      ...sampleOf({ at, level: index }),
      series: { kind: 'filesystem' as const, subject: `${name} ${index}`, device: '' },
    }));
  const names = async () => {
    const byName = Map.groupBy(await store.series('filesystem'), ({ series }) => series.subject.split(' ')[0]);
    return [...byName].map(([name, { length }]) => [name, length]);
  };
  await store.addSamples(batch({ count: 10, name: 'old', at: MIDNIGHT }));
  await store.addSamples(batch({ count: 20, name: 'own', at: MIDNIGHT + DAY }));
  await store.addSamples(batch({ count: SERIES_KEPT - 30, name: 'hostile', at: MIDNIGHT + 2 * DAY }));
  expect(said).toEqual([]);
  await store.addSamples(batch({ count: 15, name: 'new', at: MIDNIGHT + 2 * DAY }));
  expect(await names()).toEqual([
    ['own', 20],
    ['hostile', SERIES_KEPT - 30],
    ['new', 10],
  ]);
  expect(said).toEqual([
    'too many levels of one kind are sampled, or the name of one is too long: of such new ones nothing is kept',
  ]);
  for (const day of [3, 4]) await store.addSamples(batch({ count: 20, name: 'own', at: MIDNIGHT + day * DAY }));
  await store.addSamples([sampleOf({ at: MIDNIGHT, level: 1 })]);
  await store.addSamples(batch({ count: 300, name: 'newer', at: MIDNIGHT + 4 * DAY }));
  expect(await names()).toEqual([
    ['own', 20],
    ['hostile', SERIES_KEPT - 30 - 300],
    ['new', 10],
    ['newer', 300],
  ]);
  expect(await store.series('pool')).toHaveLength(1);
  await store.close();
});
