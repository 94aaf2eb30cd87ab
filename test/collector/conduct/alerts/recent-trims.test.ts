import { beforeEach, expect, it } from 'vitest';
import { createRecentTrims, READ_ANEW_MS } from '../../../../collector/src/conduct/alerts/recent-trims.ts';
import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import type { TrimSummary } from '../../../../collector/src/model/trim-summary.ts';
import { createTestClock, type TestClock } from '../../../support/test-clock.ts';

const WEB = { id: 'web-id' as GuestId, name: 'web' };
const DB = { id: 'db-id' as GuestId, name: 'db' };

/** The newest first; of each the guest and what became of its one disk. */
let trims: readonly { readonly number: number; readonly guest: string; readonly verdict: string }[];
let asked: string[];
let clock: TestClock;

beforeEach(() => {
  trims = [];
  asked = [];
  clock = createTestClock();
});

const toSummary = ({ guest, verdict }: (typeof trims)[number]) =>
  ({ guest, disks: [{ device: 'sda', image: '/a', verdict, lostAt: null }] }) as unknown as TrimSummary;

function open({ wanted = 2 } = {}) {
  return createRecentTrims({
    clock,
    wanted,
    store: {
      async history({ limit, before }) {
        const found = trims.filter(({ number }) => before === null || number < before).slice(0, limit);
        return { trims: found.map(toSummary), older: found.length < limit ? null : (found.at(-1)?.number ?? null) };
      },
      async earlierTrims({ guestId }) {
        asked.push(guestId);
        return trims.filter(({ guest }) => `${guest}-id` === guestId).map((trim) => toSummary(trim) as never);
      },
    },
  });
}

const add = ({ guest, verdict }: { guest: string; verdict: string }) => {
  trims = [{ number: trims.length + 1, guest, verdict }, ...trims];
};

it('reads a guest again only when it has trimmed', async () => {
  const recent = open();
  for (let at = 0; at < 70; at += 1) add({ guest: 'db', verdict: 'reclaimed' });
  await recent.read([WEB, DB]);
  expect(asked.splice(0)).toEqual([WEB.id, DB.id]);
  await recent.read([WEB, DB]);
  expect(asked).toEqual([]);
  for (let at = 0; at < 70; at += 1) add({ guest: 'db', verdict: 'lost' });
  add({ guest: 'web', verdict: 'lost' });
  for (let at = 0; at < 70; at += 1) add({ guest: 'gone', verdict: 'lost' });
  const read = await recent.read([WEB, DB]);
  expect(asked.splice(0)).toEqual([WEB.id, DB.id]);
  expect(read.get(WEB.id)).toEqual([{ disks: [{ device: 'sda', image: '/a', verdict: 'lost', lostAt: null }] }]);
  add({ guest: 'web', verdict: 'lost' });
  await recent.read([WEB, DB]);
  expect(asked).toEqual([WEB.id]);
});

it('reads nobody again where there was never a trim', async () => {
  const recent = open();
  await recent.read([WEB]);
  await recent.read([WEB]);
  expect(asked).toEqual([WEB.id]);
});

it('reads all again after an hour, since something may have been added to a trim', async () => {
  const recent = open();
  await recent.read([WEB]);
  clock.advance(READ_ANEW_MS);
  await recent.read([WEB]);
  expect(asked).toEqual([WEB.id, WEB.id]);
});

it('keeps as many as are wanted of those that say something', async () => {
  for (const verdict of ['lost', 'held', 'cancelled', 'inconclusive', 'failed', 'lost']) add({ guest: 'web', verdict });
  const read = await open().read([WEB]);
  expect(read.get(WEB.id)?.map(({ disks }) => disks[0]?.verdict)).toEqual(['lost', 'held']);
});
