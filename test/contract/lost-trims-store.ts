import { describe, expect, it } from 'vitest';
import type { GuestId } from '../../collector/src/model/guest-id.ts';
import type { Measured } from '../../collector/src/model/sample.ts';
import { summarise } from '../../collector/src/model/trim-summary.ts';
import type { Store } from '../../collector/src/ports/store/store.ts';
import { shownGuest } from './guests-store.ts';
import { closedTrim, idOf, keyOf, openTrim, SAMPLE } from './store.ts';
import { type StorePlace, useStorePlace } from './store-place.ts';
import { trimsOf } from './trims-of.ts';

/**
 * What becomes of a stored trim: it is completed, amended, withdrawn, and of its own guest. The rules stand in the
 * ports.
 */
export function lostTrimsContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`store contract of lost trims: ${name}`, () => {
    let store: Store;
    const { reopen } = useStorePlace({
      createPlace,
      guests: ['guest-a', 'guest-b'],
      onOpen: (opened) => {
        store = opened;
      },
    });

    it('[ST14] [ST15] a trim stored without a report is completed by it, once, and keeps what was measured till then', async () => {
      const { report, result, ...rest } = closedTrim({ n: 1 });
      await store.openTrim(openTrim({ n: 1 }));
      const lost = { ...result, reported: false };
      expect(await store.closeTrim({ ...rest, report: null, result: lost, after: SAMPLED })).toEqual(lost);
      expect(await store.findOpenTrim(keyOf(1))).toEqual({ ...openTrim({ n: 1 }), after: SAMPLED });
      expect(await store.openTrims(null)).toEqual([]);
      await reopen();
      expect(
        await store.closeTrim({ ...rest, report: null, result: { ...lost, durationMs: 1 }, after: SAMPLED }),
      ).toEqual(lost);
      const told = { ...result, durationMs: 77 };
      expect(await store.closeTrim({ ...rest, report, result: told })).toEqual(told);
      expect(await store.closeTrim({ ...rest, report, result: { ...result, durationMs: 88 } })).toEqual(told);
      expect(await store.closeTrim({ ...rest, report: null, result: lost, after: SAMPLED })).toEqual(told);
      expect(await trimsOf(store, { guestId: null, limit: 9 })).toEqual([summarise(told)]);
      expect(await store.findOpenTrim(keyOf(1))).toBeNull();
    });

    it('[ST18] of a guest that is forgotten while its lost trim is measured nothing is stored', async () => {
      const { id: guestId } = await store.recognise(shownGuest({ machine: 1 }));
      await store.openTrim(openTrim({ n: 1, guestId }));
      await store.forgetGuest(guestId);
      const { result, ...rest } = closedTrim({ n: 1, guestId });
      const lost = { ...result, reported: false };
      expect(await store.closeTrim({ ...rest, report: null, result: lost, after: SAMPLED })).toEqual(lost);
      expect(await trimsOf(store, { guestId: null, limit: 9 })).toEqual([]);
      expect(await store.findOpenTrim(keyOf(1, guestId))).toBeNull();
    });

    it('[ST18] a report that is concluded while its guest is being forgotten is refused, and leaves nothing', async () => {
      const { id: guestId } = await store.recognise(shownGuest({ machine: 1 }));
      await store.openTrim(openTrim({ n: 1, guestId }));
      // As it happens: the one begins before the other has ended.
      const forgetting = store.forgetGuest(guestId);
      const closing = store.closeTrim(closedTrim({ n: 1, guestId }));
      await expect(closing).rejects.toMatchObject({ detail: { code: 'unknown-guest' } });
      await forgetting;
      await expect(store.openTrim(openTrim({ n: 2, guestId }))).rejects.toMatchObject({
        detail: { code: 'unknown-guest' },
      });
      expect(await trimsOf(store, { guestId: null, limit: 9 })).toEqual([]);
      expect(await store.openTrims(null)).toEqual([]);
      expect(await store.findTrim(keyOf(1, guestId))).toBeNull();
    });

    it('[ST17] a trim of another guest under the same id is another trim, whatever is done to it', async () => {
      const [ours, theirs] = [keyOf(1), keyOf(1, 'guest-b')];
      await store.openTrim(openTrim({ n: 1, grantedAt: 5 }));
      const foreign = openTrim({ n: 1, guestId: 'guest-b', grantedAt: 9 });
      await store.openTrim(foreign);
      expect((await store.findOpenTrim(ours))?.grantedAt).toBe(5);
      expect(await store.findOpenTrim(theirs)).toEqual(foreign);
      await store.withdrawTrim(theirs);
      expect((await store.openTrims(null)).map(({ guestId }) => guestId)).toEqual(['guest-a']);

      const { report, result, ...rest } = closedTrim({ n: 1 });
      const lost = { ...result, reported: false };
      await store.closeTrim({ ...rest, report: null, result: lost, after: SAMPLED });
      const own = { ...result, guest: 'guest-b', durationMs: 77 };
      const closing = { ...rest, guestId: theirs.guestId, report, storedAt: 9e6 };
      expect(await store.closeTrim({ ...closing, result: own })).toEqual(own);
      expect(await store.findTrim(ours)).toEqual(lost);
      expect(await store.findOpenTrim(ours)).not.toBeNull();
      const [disk] = result.disks;
      if (disk === undefined) throw new Error('no disk');
      const regained = [{ ...disk, hops: { ...disk.hops, regainedBytes: 4096 } }];
      expect((await store.amendTrim({ ...theirs, amendedAt: 'then', disks: regained }))?.durationMs).toBe(77);
      expect(await store.findTrim(ours)).toEqual(lost);
      expect(await store.findTrims({ beginning: idOf(1), limit: 2 })).toEqual([ours, theirs]);
      expect(await trimsOf(store, { guestId: theirs.guestId, limit: 9 })).toMatchObject([{ durationMs: 77 }]);
    });

    it('[ST16] one that the guest withdraws is gone, and neither that of another guest nor one that is stored', async () => {
      for (const n of [1, 2]) await store.openTrim(openTrim({ n }));
      const { report: _, result, ...rest } = closedTrim({ n: 2 });
      await store.closeTrim({ ...rest, report: null, result, after: SAMPLED });
      await store.withdrawTrim(keyOf(1, 'guest-b'));
      expect((await store.openTrims('guest-a' as GuestId)).map(({ id }) => id)).toEqual([idOf(1)]);
      for (const n of [1, 2]) await store.withdrawTrim(keyOf(n));
      expect(await store.openTrims(null)).toEqual([]);
      expect(await store.findOpenTrim(keyOf(2))).not.toBeNull();
    });

    it('[ST11] adds what a pool regained, once, and nothing else', async () => {
      const { report, result, ...rest } = closedTrim({ n: 1 });
      await store.closeTrim({ report, result, ...rest });
      const [disk] = result.disks;
      if (disk === undefined) throw new Error('no disk');
      const held = { verdict: 'held', cause: 'extents-held-in-part', sentence: 'The pool got nothing.' } as const;
      const judged = (regainedBytes: number | null) => ({
        ...disk,
        ...held,
        image: '/another',
        hops: { ...disk.hops, regainedBytes, reclaimedBytes: 7 },
      });
      const amend = (bytes: number | null, amendedAt = '2026-11-26T00:00:30.000Z') =>
        store.amendTrim({ ...keyOf(1), amendedAt, disks: [judged(bytes)] });
      expect(await amend(null)).toBeNull();
      expect(await store.amendTrim({ ...keyOf(2), amendedAt: '', disks: [judged(1)] })).toBeNull();
      const expected = {
        ...result,
        amendedAt: '2026-11-26T00:00:30.000Z',
        disks: [{ ...disk, ...held, hops: { ...disk.hops, regainedBytes: 4096 } }],
      };
      expect(await Promise.all([amend(4096), amend(4096)])).toEqual(expect.arrayContaining([expected, null]));
      expect(await amend(9, '2027-01-01T00:00:00.000Z')).toBeNull();
      await reopen();
      expect(await store.findTrim(keyOf(1))).toEqual(expected);
      expect(await store.closeTrim({ report, result, ...rest })).toEqual(expected);
    });
  });
}

const SAMPLED: Measured = {
  samples: { vda: { ...SAMPLE, takenAt: 9 } },
  restless: [],
  poolDrift: {},
  throughLibvirt: false,
};
