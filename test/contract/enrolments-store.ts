import { describe, expect, it } from 'vitest';
import { ENROLMENTS_KEPT, type Enrolment } from '../../collector/src/ports/store/enrolments.ts';
import type { Store } from '../../collector/src/ports/store/store.ts';
import { newKey } from './guest-key-examples.ts';
import { type StorePlace, useStorePlace } from './store-place.ts';

/** What every implementation of the port `EnrolmentsStore` owes; the rules [EN1] to [EN5] stand in the port. */
export function enrolmentsContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`enrolments contract: ${name}`, () => {
    let store: Store;
    const { reopen } = useStorePlace({
      createPlace,
      guests: ['guest-a', 'guest-b'],
      onOpen: (opened) => {
        store = opened;
      },
    });

    it('tokens survive a restart, the newest first, whatever the clock said', async () => {
      await store.addEnrolment(enrolmentOf({ n: 1, madeAt: 20 }));
      await store.addEnrolment(
        enrolmentOf({ n: 2, madeAt: 10, guest: 'web-1', mostUses: 3, madeBy: { kind: 'token', name: 'ci' } }),
      );
      await reopen();
      const [two, one] = await store.enrolments(0);
      expect(two).toEqual({
        id: 'token-2',
        key: 'key of token-2',
        guest: 'web-1',
        mostUses: 3,
        uses: 0,
        madeAt: 10,
        expiresAt: 1_000,
        madeBy: { kind: 'token', name: 'ci' },
      });
      expect(one).toMatchObject({ id: 'token-1', guest: null });
      expect(await store.findEnrolment('key of token-2')).toEqual(two);
      expect(await store.findEnrolment('token-2')).toBeNull();
    });

    it('those whose time or uses are over are found, and are not in the list', async () => {
      await store.addEnrolment(enrolmentOf({ n: 1, mostUses: 1 }));
      await store.addEnrolment(enrolmentOf({ n: 2, expiresAt: 50 }));
      await store.join({ key: newKey({ n: 1 }), enrolment: 'key of token-1', nowMs: 5 });
      expect((await store.enrolments(49)).map(({ id }) => id)).toEqual(['token-2']);
      expect(await store.enrolments(50)).toEqual([]);
      expect(await store.findEnrolment('key of token-1')).toMatchObject({ uses: 1 });
      expect(await store.findEnrolment('key of token-2')).toMatchObject({ uses: 0 });
    });

    it('[EN1] of guests that join by one token at the same moment, as many do as it has uses', async () => {
      await store.addEnrolment(enrolmentOf({ n: 1, mostUses: 2 }));
      const joining = [1, 2, 3, 2].map((n) =>
        store.join({
          key: newKey({ n, guest: n === 1 ? 'guest-a' : 'guest-b' }),
          enrolment: 'key of token-1',
          nowMs: 5,
        }),
      );
      expect((await Promise.all(joining)).toSorted()).toEqual(['ok', 'ok', 'ok', 'used']);
      expect(await store.findEnrolment('key of token-1')).toMatchObject({ uses: 2 });
      expect(await store.keys()).toHaveLength(2);
    });

    it('[EN1] a token is spent until its time is over, and not from then on', async () => {
      await store.addEnrolment(enrolmentOf({ n: 1, mostUses: 9, expiresAt: 100 }));
      const join = ({ n, nowMs }: { readonly n: number; readonly nowMs: number }) =>
        store.join({ key: newKey({ n }), enrolment: 'key of token-1', nowMs });
      expect([
        await join({ n: 1, nowMs: 99 }),
        await join({ n: 2, nowMs: 100 }),
        await join({ n: 3, nowMs: 1e15 }),
      ]).toEqual(['ok', 'expired', 'expired']);
      expect(await store.findEnrolment('key of token-1')).toMatchObject({ uses: 1 });
      expect((await store.keys()).map(({ key }) => key)).toEqual(['key-1']);
    });

    it('[EN2] of those that are over the newest are kept, and all that still let in', async () => {
      await store.addEnrolment(enrolmentOf({ n: 0 }));
      for (let n = 1; n <= ENROLMENTS_KEPT + 3; n += 1)
        await store.addEnrolment(enrolmentOf({ n, madeAt: n, expiresAt: n + 1 }));
      await store.addEnrolment(enrolmentOf({ n: 9_999, madeAt: 1e6, expiresAt: 1e7 }));
      const isThere = async (n: number) => (await store.findEnrolment(`key of token-${n}`)) !== null;
      expect([await isThere(0), await isThere(3), await isThere(4), await isThere(9_999)]).toEqual([
        // Its time is over as well by now, and it is older than those.
        false,
        false,
        true,
        true,
      ]);
    });

    it('[EN3] one that is withdrawn is gone, and those who joined by it stay', async () => {
      await store.addEnrolment(enrolmentOf({ n: 1, mostUses: 2 }));
      await store.join({ key: newKey({ n: 1 }), enrolment: 'key of token-1', nowMs: 5 });
      expect([await store.withdraw('token-1'), await store.withdraw('token-1')]).toEqual([true, false]);
      expect(await store.findEnrolment('key of token-1')).toBeNull();
      expect(await store.join({ key: newKey({ n: 2 }), enrolment: 'key of token-1', nowMs: 5 })).toBe('unknown');
      await reopen();
      expect(await store.findKey('key-1')).toMatchObject({ state: 'active' });
      expect(await store.keys()).toHaveLength(1);
    });

    it('[EN5] who joins by one that was made for a name leaves no other good for it, and those of others alone', async () => {
      const guest = 'web-1';
      await store.addEnrolment(enrolmentOf({ n: 3, guest }));
      await store.join({ key: newKey({ n: 3 }), enrolment: 'key of token-3', nowMs: 5 });
      await store.addEnrolment(enrolmentOf({ n: 1, guest }));
      await store.addEnrolment(enrolmentOf({ n: 2, guest }));
      await store.addEnrolment(enrolmentOf({ n: 4, guest, expiresAt: 8 }));
      await store.addEnrolment(enrolmentOf({ n: 5, mostUses: 9 }));
      await store.addEnrolment(enrolmentOf({ n: 6, guest: 'web-2' }));
      await store.join({ key: newKey({ n: 1 }), enrolment: 'key of token-1', nowMs: 9 });
      expect((await store.enrolments(9)).map(({ id }) => id)).toEqual(['token-6', 'token-5']);
      // What became of these is still known.
      const isKept = async (n: number) => (await store.findEnrolment(`key of token-${n}`)) !== null;
      expect([await isKept(1), await isKept(2), await isKept(3), await isKept(4)]).toEqual([true, false, true, true]);
      await store.join({ key: newKey({ n: 5 }), enrolment: 'key of token-5', nowMs: 9 });
      expect((await store.enrolments(9)).map(({ id }) => id)).toEqual(['token-6', 'token-5']);
      expect(await store.join({ key: newKey({ n: 2 }), enrolment: 'key of token-2', nowMs: 9 })).toBe('unknown');
    });
  });
}

export function enrolmentOf({ n, ...overrides }: { n: number } & Partial<Enrolment>): Omit<Enrolment, 'uses'> {
  const { uses: _, ...given } = overrides;
  return {
    id: `token-${n}`,
    key: `key of token-${n}`,
    guest: null,
    mostUses: 1,
    madeAt: 1,
    expiresAt: 1_000,
    madeBy: { kind: 'socket' },
    ...given,
  };
}
