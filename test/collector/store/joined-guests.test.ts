import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { enrolmentOf } from '../../contract/enrolments-store.ts';
import { newKey } from '../../contract/guest-key-examples.ts';
import { shownGuest } from '../../contract/guests-store.ts';
import { closedTrim } from '../../contract/store.ts';
import { openTestStore } from './open-test-store.ts';

it('[GK7] the trims of a guest count as those of a stranger until it has joined, and then none of them does', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-store-'));
  const store = await openTestStore(folder);
  const { id } = await store.recognise(shownGuest({ machine: 1 }));
  await store.closeTrim(closedTrim({ n: 1, guestId: id }));
  const read = () => {
    const database = new DatabaseSync(join(folder, 'trimtab.sqlite'), { readOnly: true });
    const rows = database.prepare('select is_stranger, bytes from stored_bytes order by is_stranger').all();
    const trims = database.prepare('select is_stranger from trim order by number').all();
    database.close();
    const bytes = new Map(rows.map((row) => [row.is_stranger, Number(row.bytes)]));
    return { trims: trims.map((row) => row.is_stranger), known: bytes.get(0) ?? 0, strangers: bytes.get(1) ?? 0 };
  };
  const before = read();
  expect(before).toMatchObject({ trims: [1], known: 0 });
  await store.addEnrolment(enrolmentOf({ n: 1 }));
  await store.join({ key: newKey({ n: 1, guest: id }), enrolment: 'key of token-1', nowMs: 5 });
  expect(read()).toEqual({ trims: [0], known: before.strangers, strangers: 0 });
  await store.closeTrim(closedTrim({ n: 2, guestId: id }));
  expect(read()).toMatchObject({ trims: [0, 0], strangers: 0 });
  await store.close();
  await rm(folder, { recursive: true });
});
