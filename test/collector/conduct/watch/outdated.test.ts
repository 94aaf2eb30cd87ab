import { expect, it } from 'vitest';
import { composeWatch } from '../../../../collector/src/compose/compose-watch.ts';
import { createRepaired } from '../../../../collector/src/conduct/repair/repaired.ts';
import type { Images } from '../../../../collector/src/image/images.ts';
import { createHostFiles } from '../../../../collector/src/io/host-files.ts';
import type { GuestLinks } from '../../../../collector/src/link/guest-links.ts';
import type { Amendment } from '../../../../collector/src/model/amend-trim.ts';
import type { Store } from '../../../../collector/src/ports/store/store.ts';
import type { ClosedTrim } from '../../../../collector/src/ports/store/trims.ts';
import { createKnownHost, WEB_DOMAIN } from '../known-host.ts';

/** The store fails as often as the test says, and what is remembered is asked for after three seconds each. */
function scene() {
  const known = createKnownHost();
  let isFull = false;
  const closeTrim = async () => {
    if (isFull) throw new Error('the disk is full');
    return {};
  };
  const { watch, store, repaired } = composeWatch({
    ...known,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    files: createHostFiles(),
    images: {} as Images,
    links: known.links as unknown as GuestLinks,
    store: { closeTrim, amendTrim: closeTrim } as unknown as Store,
    repaired: createRepaired(),
    settings: { sampleEvery: 60_000 },
  });
  return {
    store,
    repaired,
    fill: () => {
      isFull = true;
    },
    async isSurveyedAnew() {
      const before = known.hostReadings();
      known.clock.advance(3_000);
      await watch.overview({ now: false });
      return known.hostReadings() > before;
    },
  };
}

it.each<[string, (parts: ReturnType<typeof scene>) => unknown]>([
  ['a trim is stored', ({ store }) => store.closeTrim({} as ClosedTrim)],
  ['what a pool regained is added', ({ store }) => store.amendTrim({} as Amendment)],
  ['a disk is repaired', ({ repaired }) => repaired.note(WEB_DOMAIN, ['format'])],
])('once %s, what was remembered before is told no more', async (_, happen) => {
  const parts = scene();
  expect([await parts.isSurveyedAnew(), await parts.isSurveyedAnew()]).toEqual([true, false]);
  await happen(parts);
  expect([await parts.isSurveyedAnew(), await parts.isSurveyedAnew()]).toEqual([true, false]);
});

it('a trim that could not be stored is told of to nobody, and changes nothing', async () => {
  const { store, fill, isSurveyedAnew } = scene();
  await isSurveyedAnew();
  fill();
  await expect(store.closeTrim({} as ClosedTrim)).rejects.toThrow('full');
  expect(await isSurveyedAnew()).toBe(false);
});
