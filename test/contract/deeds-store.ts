import { describe, expect, it } from 'vitest';
import type { Deed } from '../../collector/src/model/deed.ts';
import type { GuestId } from '../../collector/src/model/guest-id.ts';
import { DEEDS_KEPT } from '../../collector/src/ports/store/deeds.ts';
import type { Store } from '../../collector/src/ports/store/store.ts';
import { type StorePlace, useStorePlace } from './store-place.ts';

/** What every implementation of the port `DeedsStore` owes; the rules [DE1] and [DE2] stand in the port. */
export function deedsContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`deeds contract: ${name}`, () => {
    let store: Store;
    const { reopen } = useStorePlace({
      createPlace,
      guests: ['guest-a'],
      onOpen: (opened) => {
        store = opened;
      },
    });

    it('[DE1] deeds survive a restart, the newest first, whatever the clock said; [DE2] and what they were done to', async () => {
      const deeds = [
        deedOf({ at: '2026-11-27T10:00:00.000Z', kind: 'rename', subject: 'guest-a' }),
        deedOf({ at: '2020-01-01T10:00:00.000Z', askedBy: { kind: 'token', name: 'ci' }, outcome: 'done' }),
      ];
      for (const deed of deeds) await store.addDeed(deed);
      await store.forgetGuest('guest-a' as GuestId);
      await reopen();
      expect(await store.deeds(9)).toEqual(deeds.toReversed());
      expect(await store.deeds(1)).toEqual(deeds.slice(1));
    });

    it('[DE1] the newest are kept', async () => {
      for (let n = 1; n <= DEEDS_KEPT + 2; n += 1) await store.addDeed(deedOf({ subject: `guest-${n}` }));
      const kept = await store.deeds(DEEDS_KEPT * 2);
      expect(kept).toHaveLength(DEEDS_KEPT);
      expect([kept[0]?.subject, kept.at(-1)?.subject]).toEqual([`guest-${DEEDS_KEPT + 2}`, 'guest-3']);
    });
  });
}

export function deedOf(overrides: Partial<Deed> = {}): Deed {
  return {
    kind: 'repair',
    at: '2026-11-27T10:00:00.000Z',
    askedBy: { kind: 'socket' },
    subject: 'web-1 sda',
    outcome: null,
    ...overrides,
  };
}
