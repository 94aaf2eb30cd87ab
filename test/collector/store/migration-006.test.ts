import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSqlDatabase } from '../../../collector/src/io/sqlite.ts';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';
import type { HostId } from '../../../collector/src/model/host-id.ts';
import { createStore } from '../../../collector/src/store/create-store.ts';
import { jobOf } from '../../contract/jobs-store.ts';
import { NO_SURROUNDINGS } from './no-surroundings.ts';

// From a database whose jobs had no number: migration 003 left it, with the jobs that are added here.

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-store-'));
  path = join(folder, 'trimtab.sqlite');
});
afterEach(() => rm(folder, { recursive: true }));

const open = () =>
  createStore({
    database: openSqlDatabase(path),
    path,
    hostId: 'host-1' as HostId,
    ...NO_SURROUNDINGS,
    historyBytes: 1e9,
    newGuestId: () => 'unused' as GuestId,
  });

it('jobs of before are in the order in which they were asked for, and what comes is after them', async () => {
  const database = new DatabaseSync(path);
  database.exec(await readFile(new URL('../../fixtures/store/migration-003.sql', import.meta.url), 'utf8'));
  const before = database.prepare('select count(*) as jobs from job').get()?.jobs;
  const insert = database.prepare(
    `insert into job (id, host_id, kind, guest_id, guest_name, targets, options, asked_by, asked_at, priority)
     values (?, ?, 'trim', 'guest-a', 'web', 'null', '{}', 'socket', ?, 0)`,
  );
  const jobs = [
    { n: 1, askedAt: 9_000_000 },
    { n: 2, askedAt: 7_000_000 },
    { n: 3, askedAt: 8_000_000 },
  ].map(jobOf);
  for (const { id, askedAt } of jobs) insert.run(id, 'host-1', askedAt);
  database.close();
  const store = await open();
  await store.saveJobs({ changed: [{ job: jobOf({ n: 4, askedAt: 0 }), events: [] }], forgotten: [] });
  const ids = (await store.jobs()).map(({ job }) => job.id).slice(Number(before));
  expect(ids).toEqual([2, 3, 1, 4].map((n) => jobOf({ n }).id));
  await store.close();
});
