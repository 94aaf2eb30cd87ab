import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { jobOf } from '../../contract/jobs-store.ts';
import { addGuestsTo } from './add-guests.ts';
import { openTestStore } from './open-test-store.ts';

it('who asked for a trim before is told as it was, and nobody is let in that was not', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-store-'));
  const store = await openTestStore(folder);
  await addGuestsTo(folder, ['guest-a']);
  await store.saveJobs({ changed: [1, 2].map((n) => ({ job: jobOf({ n }), events: [] })), forgotten: [] });
  const jobs = await store.jobs();
  await store.close();
  const database = new DatabaseSync(join(folder, 'trimtab.sqlite'));
  for (const table of ['enrolment', 'guest_key', 'held_guest', 'api_token', 'deed'])
    database.exec(`drop table ${table}`);
  database.exec('drop index job_in_order');
  database.exec("update job set asked_by = case number when 1 then 'socket' else 'network' end");
  for (const column of ['starter', 'next_visit_at']) database.exec(`alter table guest drop column ${column}`);
  database.exec("delete from kysely_migration where name >= '013-who-may'");
  database.close();
  const reopened = await openTestStore(folder);
  expect(await reopened.jobs()).toEqual([
    { ...jobs[0], job: jobOf({ n: 1, askedBy: { kind: 'socket' } }) },
    { ...jobs[1], job: jobOf({ n: 2, askedBy: { kind: 'network' } }) },
  ]);
  expect([await reopened.keys(), await reopened.held(), await reopened.tokens()]).toEqual([[], [], []]);
  await reopened.close();
  await rm(folder, { recursive: true });
});
