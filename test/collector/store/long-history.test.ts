import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrimId } from '@trimtab/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Store } from '../../../collector/src/ports/store/store.ts';
import { shownGuest } from '../../contract/guests-store.ts';
import { closedTrim } from '../../contract/store.ts';
import { openTestStore } from './open-test-store.ts';

// A guest that has stored as much as it may: its reports had nearly the largest frame there is.

const LARGE = 3_400;

let folder: string;
let store: Store;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-long-'));
  store = await openTestStore(folder);
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

function trimOf({ guestId, filesystems }: { guestId: string; filesystems: number }) {
  const closed = closedTrim({ n: 1, guestId });
  const [first] = closed.report.filesystems;
  if (first === undefined) throw new Error('the example is empty');
  const all = Array.from({ length: filesystems }, (_, index) => ({ ...first, mount: `/${'m'.repeat(190)}${index}` }));
  const id = randomUUID() as string as TrimId;
  return {
    ...closed,
    report: { ...closed.report, id, filesystems: all },
    result: { ...closed.result, id, filesystems: all },
  };
}

/** Milliseconds of this process's own work. */
async function costOf(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

it('a thousand large results cost a list, a conclusion and the next report next to nothing', async () => {
  const { id: large } = await store.recognise(shownGuest({ machine: 1, name: 'large', namedBy: 'hypervisor' }));
  const { id: small } = await store.recognise(shownGuest({ machine: 2, name: 'small', namedBy: 'hypervisor' }));
  for (let n = 0; n < 1_000; n += 1) await store.closeTrim(trimOf({ guestId: large, filesystems: LARGE }));
  const whole = await costOf(async () => {
    const { trims } = await store.history({ guestId: large, limit: 1, before: null });
    const [newest] = trims;
    if (newest === undefined) throw new Error('nothing is stored');
    const found = await store.findTrim({ guestId: large, id: newest.id });
    expect(found?.filesystems).toHaveLength(LARGE);
  });
  // One that is parsed is the measure: all of them are listed, and 50 read for a conclusion, in that time.
  const costs = {
    list: await costOf(() => store.history({ guestId: null, limit: 1_000, before: null })),
    earlier: await costOf(() => store.earlierTrims({ guestId: large, limit: 50 })),
    ownReport: await costOf(() => store.closeTrim(trimOf({ guestId: large, filesystems: 1 }))),
    othersReport: await costOf(() => store.closeTrim(trimOf({ guestId: small, filesystems: 1 }))),
  };
  for (const [what, ms] of Object.entries(costs)) expect(ms, what).toBeLessThan(10 * whole);
  const page = await store.history({ guestId: null, limit: 1_000, before: null });
  expect(JSON.stringify(page).length).toBeLessThan(2 * 1024 ** 2);
  expect(page.trims.at(-1)).toMatchObject({ guest: 'large', filesystems: null, trimmedBytes: LARGE * 4096 });
}, 120_000);
