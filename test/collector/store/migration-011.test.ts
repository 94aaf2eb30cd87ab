import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { openTrim } from '../../contract/store.ts';
import { addGuestsTo } from './add-guests.ts';
import { openTestStore } from './open-test-store.ts';

it('of trims that were granted before, what tells whether they are lost is known as it was', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-store-'));
  const store = await openTestStore(folder);
  await addGuestsTo(folder, ['guest-a']);
  await store.openTrim({ ...openTrim({ n: 1 }), inside: 'qemu-ga' });
  await store.openTrim({ ...openTrim({ n: 2 }), bootId: null, process: null });
  const before = await store.openTrims(null);
  await store.close();
  const database = new DatabaseSync(join(folder, 'trimtab.sqlite'));
  for (const column of ['boot_id', 'process', 'inside']) database.exec(`alter table open_trim drop column ${column}`);
  // Those after it have nothing to do with these rows.
  for (const later of ['kept_forecast', 'enrolment', 'guest_key', 'held_guest', 'api_token', 'deed'])
    database.exec(`drop table ${later}`);
  database.exec('drop index job_in_order');
  for (const column of ['starter', 'next_visit_at']) database.exec(`alter table guest drop column ${column}`);
  database.exec("delete from kysely_migration where name >= '011-open-trim-marks'");
  database.close();
  const reopened = await openTestStore(folder);
  expect(before.map(({ inside, bootId }) => [inside, bootId === null])).toEqual([
    ['qemu-ga', false],
    ['trimtab-agent', true],
  ]);
  expect(await reopened.openTrims(null)).toEqual(before);
  await reopened.close();
  await rm(folder, { recursive: true });
});
