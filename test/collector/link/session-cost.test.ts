import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fromGuestCodec } from '@trimtab/protocol';
import { expect, it } from 'vitest';
import { openLinks, says } from './links-under-test.ts';

const SESSIONS = 2_000;
/**
 * With its place at the door, its budgets, what is known of its guest, and what this test has of it. Where each method
 * was a closure it was 7,900.
 */
const MOST_BYTES = 4_000;

/** What is in use once nothing else is left, by a function that exists only in contexts made after the flag. */
function readHeap(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return getHeapStatistics().used_heap_size;
}

it('a session at rest is small: ten thousand of them are', async () => {
  const links = openLinks();
  const comeMany = async (from: number) => {
    for (let index = from; index < from + SESSIONS; index += 1) {
      const hello = says('hello');
      const productUuid = `11111111-2222-4333-8444-${`${index}`.padStart(12, '0')}`;
      await links.connect().send(fromGuestCodec.encode({ ...hello, guest: { ...hello.guest, productUuid } }));
    }
  };
  // Whatever is compiled and cached at the first.
  await comeMany(0);
  const before = readHeap();
  await comeMany(SESSIONS);
  const each = (readHeap() - before) / SESSIONS;
  expect(links.links.guests()).toHaveLength(2 * SESSIONS);
  expect(each).toBeLessThan(MOST_BYTES);
});
