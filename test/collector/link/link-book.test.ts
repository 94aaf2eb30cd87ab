import { expect, it } from 'vitest';
import { createLinkBook } from '../../../collector/src/link/link-book.ts';
import type { GuestId } from '../../../collector/src/model/guest-id.ts';

function linkOf(id: string, { uuid, boot }: { readonly uuid: string | null; readonly boot: string | null }) {
  return {
    guest: { id: id as GuestId, identity: { hostname: 'web', machineId: null, productUuid: uuid, bootId: boot } },
  };
}

it('finds those that say one of some words, each once, and none by a word of nobody', () => {
  const book = createLinkBook<ReturnType<typeof linkOf>>();
  const one = linkOf('one', { uuid: 'uuid', boot: 'boot-1' });
  const clone = linkOf('clone', { uuid: 'uuid', boot: 'boot-2' });
  const mute = linkOf('mute', { uuid: null, boot: null });
  for (const link of [one, clone, mute]) book.put(link);
  expect(book.saying(['uuid', 'boot-2'])).toEqual([one, clone]);
  expect(book.saying(['boot-2'])).toEqual([clone]);
  expect(book.saying(['null', 'web', 'one'])).toEqual([]);
  expect(book.all()).toEqual([one, clone, mute]);
});

it('a word leads to nobody who has left, or whose place another took', () => {
  const book = createLinkBook<ReturnType<typeof linkOf>>();
  const older = linkOf('one', { uuid: 'uuid', boot: 'boot-1' });
  const newer = linkOf('one', { uuid: 'uuid', boot: 'boot-2' });
  const clone = linkOf('clone', { uuid: 'uuid', boot: 'boot-3' });
  for (const link of [older, newer, clone]) book.put(link);
  expect(book.saying(['boot-1'])).toEqual([]);
  expect(book.saying(['uuid'])).toEqual([newer, clone]);
  expect([book.remove(older), book.remove(newer), book.remove(newer)]).toEqual([false, true, false]);
  expect(book.saying(['uuid', 'boot-2'])).toEqual([clone]);
  expect(book.find('one' as GuestId)).toBeUndefined();
});
