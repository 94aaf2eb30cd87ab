import { beforeEach, describe, expect, it } from 'vitest';
import type { GuestId } from '../../collector/src/model/guest-id.ts';
import { HELD_KEPT } from '../../collector/src/ports/store/guest-keys.ts';
import type { Store } from '../../collector/src/ports/store/store.ts';
import { enrolmentOf } from './enrolments-store.ts';
import { heldGuest, newKey } from './guest-key-examples.ts';
import { type StorePlace, useStorePlace } from './store-place.ts';

const [A, B] = ['guest-a' as GuestId, 'guest-b' as GuestId];
const ROOT = { kind: 'socket' } as const;

/** What every implementation of the port `GuestKeysStore` owes; the rules [GK1] to [GK10] stand in the port. */
export function guestKeysContract(name: string, createPlace: () => Promise<StorePlace>): void {
  describe(`guest keys contract: ${name}`, () => {
    let store: Store;
    const { reopen } = useStorePlace({
      createPlace,
      guests: [A, B],
      onOpen: (opened) => {
        store = opened;
      },
    });
    beforeEach(async () => {
      await store.addEnrolment(enrolmentOf({ n: 1, mostUses: 4 }));
      await store.addEnrolment(enrolmentOf({ n: 2, mostUses: 1 }));
    });

    const join = (n: number, { guest = A, token = 1 }: { readonly guest?: GuestId; readonly token?: number } = {}) =>
      store.join({ key: newKey({ n, guest }), enrolment: `key of token-${token}`, nowMs: 10 + n });
    const usesOf = async (token: number) => (await store.findEnrolment(`key of token-${token}`))?.uses;

    it('a key that has joined survives a restart, with what the guest said and has learned', async () => {
      expect(await join(1)).toBe('ok');
      expect(await store.findKey('key-1')).toMatchObject({ learnedPins: [] });
      await store.learned({ key: 'key-1', pins: ['pin-1', 'pin-2'] });
      await store.learned({ key: 'nobody', pins: ['pin-1'] });
      await reopen();
      expect(await store.findKey('key-1')).toEqual({
        key: 'key-1',
        guest: A,
        productUuid: 'uuid-1',
        machineId: 'machine-1',
        state: 'active',
        joinedAt: 1,
        joinedBy: { kind: 'enrolment', id: 'token-1' },
        revokedBy: null,
        revokedAt: null,
        learnedPins: ['pin-1', 'pin-2'],
      });
      expect(await store.findKey('key-2')).toBeNull();
    });

    it('[GK2] a key that shows its token again takes no other use, also when the token is over', async () => {
      expect([await join(1, { token: 2 }), await join(1, { token: 2 }), await join(2, { guest: B, token: 2 })]).toEqual(
        ['ok', 'ok', 'used'],
      );
      expect(await usesOf(2)).toBe(1);
      expect(await store.join({ key: newKey({ n: 1 }), enrolment: 'key of token-2', nowMs: 1e9 })).toBe('ok');
      expect(await store.join({ key: newKey({ n: 1 }), enrolment: 'key of none', nowMs: 5 })).toBe('unknown');
      expect(await store.findKey('key-2')).toBeNull();
    });

    it('[GK1] a key that joins as another guest is of that one', async () => {
      await join(1);
      expect(await join(1, { guest: B })).toBe('ok');
      expect(await store.keys(A)).toEqual([]);
      expect(await store.keys(B)).toMatchObject([{ key: 'key-1', guest: B }]);
      expect(await usesOf(1)).toBe(1);
    });

    it('[GK2] what cannot be stored takes no use', async () => {
      await expect(join(1, { guest: 'nobody' as GuestId })).rejects.toThrow();
      expect([await usesOf(1), await store.findKey('key-1')]).toEqual([0, null]);
    });

    it('[GK6] a guest that joins by another key has that alone, and the one before is known as revoked', async () => {
      await join(1);
      await join(2, { guest: B });
      await join(3);
      const statesOf = async () => (await store.keys()).map(({ key, state }) => `${key} ${state}`);
      expect(await statesOf()).toEqual(['key-1 revoked', 'key-2 active', 'key-3 active']);
      expect(await store.findKey('key-1')).toMatchObject({ revokedBy: { kind: 'enrolment', id: 'token-1' } });
      expect(await store.revoke({ guest: A, by: ROOT, nowMs: 20 })).toBe(1);
      expect(await store.reinstate({ guest: A })).toBe(1);
      expect(await statesOf()).toEqual(['key-1 revoked', 'key-2 active', 'key-3 active']);
    });

    it('[GK5] a revoked key stays and no token lets it in, until it is reinstated', async () => {
      await join(1);
      await join(2, { guest: B });
      const by = { kind: 'token', name: 'ci' } as const;
      expect(await store.revoke({ guest: A, by, nowMs: 30 })).toBe(1);
      expect(await store.revoke({ guest: A, by: ROOT, nowMs: 31 })).toBe(0);
      await reopen();
      expect(await store.findKey('key-1')).toMatchObject({ state: 'revoked', revokedBy: by, revokedAt: 30 });
      expect(await store.findKey('key-2')).toMatchObject({ state: 'active' });
      expect([await join(1), await join(1, { token: 2 })]).toEqual(['unknown', 'unknown']);
      expect([await usesOf(1), await usesOf(2)]).toEqual([2, 0]);
      expect([await store.reinstate({ guest: A }), await store.reinstate({ guest: B })]).toEqual([1, 0]);
      expect(await store.findKey('key-1')).toMatchObject({ state: 'active', revokedBy: null, revokedAt: null });
    });

    it('[GK3] a guest that is forgotten leaves no key, and nobody held because of one', async () => {
      await join(1);
      await join(2, { guest: B });
      await store.hold(heldGuest({ n: 1 }));
      await store.hold(heldGuest({ n: 2, key: 'key-2' }));
      await store.forgetGuest(A);
      expect(await store.findKey('key-1')).toBeNull();
      expect((await store.keys()).map(({ key }) => key)).toEqual(['key-2']);
      expect((await store.held()).map(({ key }) => key)).toEqual(['key-2']);
      // Its use of the token was one all the same.
      expect(await usesOf(1)).toBe(2);
    });

    it('[GK8] who is held is noted once, and the one seen last is first', async () => {
      const first = await store.hold(heldGuest({ n: 1, lastAt: 50, enrolment: 'token-1' }));
      const other = await store.hold(heldGuest({ n: 2, productUuid: null, machineId: null, bootId: null }));
      const again = await store.hold(
        heldGuest({ n: 1, lastAt: 40, enrolment: 'token-1', bootId: 'boot-9', address: '192.0.2.9' }),
      );
      expect(again).toEqual({ ...first, lastAt: 40, bootId: 'boot-9', address: '192.0.2.9' });
      expect(again).toMatchObject({ firstAt: 50, approvedBy: null, approvedName: null });
      const otherAgain = await store.hold(heldGuest({ n: 2, productUuid: null, machineId: null, bootId: null }));
      expect(otherAgain.id).toBe(other.id);
      await reopen();
      expect(await store.held()).toEqual([otherAgain, again]);
    });

    it('[GK8] one that was dismissed is not shown again however often it comes, and can be approved still', async () => {
      const { id } = await store.hold(heldGuest({ n: 1 }));
      expect([await store.dismiss(id), await store.dismiss('nobody')]).toEqual([true, false]);
      await store.hold(heldGuest({ n: 1 }));
      expect(await store.held()).toMatchObject([{ id, isDismissed: true }]);
      expect(await store.approve({ held: id, by: ROOT, name: null })).toBe(true);
      expect(await store.held()).toMatchObject([{ id, approvedBy: ROOT, isDismissed: false }]);
    });

    it('[GK9] one that was dismissed is asked of again for another reason, and where it may be the guest itself', async () => {
      await join(1);
      const dismissed = async (n: number, again: Partial<Parameters<typeof store.hold>[0]>) => {
        const { id } = await store.hold(heldGuest({ n }));
        await store.dismiss(id);
        return (await store.hold(heldGuest({ n, ...again }))).isDismissed;
      };
      expect(await dismissed(2, { reason: 'It is connected.' })).toBe(false);
      // Of another UUID it is that copy, whatever boot it is in.
      expect(await dismissed(2, { bootId: 'boot-9' })).toBe(true);
      expect(await dismissed(1, {})).toBe(true);
      expect(await dismissed(1, { bootId: 'boot-9' })).toBe(false);
    });

    it('[GK10] when a guest joins, or is let in again, nobody is held who says what it says, but whom a person has approved', async () => {
      const idsOf = async () => (await store.held()).map(({ id }) => id).toSorted();
      const hold = async (n: number, key: string) =>
        (await store.hold(heldGuest({ n, key, machineId: `machine-${n}` }))).id;
      const own = await hold(1, 'key-1');
      await store.dismiss(own);
      await hold(1, 'key-7');
      const approved = await hold(1, 'key-8');
      await store.approve({ held: approved, by: ROOT, name: null });
      const other = await hold(2, 'key-1');
      await join(1);
      expect(await idsOf()).toEqual([approved, other].toSorted());
      await store.revoke({ guest: A, by: ROOT, nowMs: 20 });
      await hold(1, 'key-9');
      await store.reinstate({ guest: A });
      expect(await idsOf()).toEqual([approved, other].toSorted());
      await store.admit({ key: newKey({ n: 1, key: 'key-8', guest: B }), held: approved });
      expect(await idsOf()).toEqual([other]);
      // Who says nothing of himself is nobody in particular.
      const nobody = { productUuid: null, machineId: null };
      const { id: third } = await store.hold(heldGuest({ n: 3, key: 'key-10', ...nobody }));
      await store.join({ key: newKey({ n: 4, guest: B, ...nobody }), enrolment: 'key of token-1', nowMs: 20 });
      expect(await idsOf()).toEqual([other, third].toSorted());
    });

    it('[GK8] one that was approved is let in once, by a key of its own, and is then held no more', async () => {
      await join(1);
      const { id } = await store.hold(heldGuest({ n: 1 }));
      const admit = () =>
        store.admit({ key: newKey({ n: 5, guest: B, joinedBy: { kind: 'token', name: 'ci' } }), held: id });
      expect(await admit()).toBe(false);
      expect(await store.findKey('key-5')).toBeNull();
      expect(await store.approve({ held: 'nobody', by: ROOT, name: null })).toBe(false);
      expect(await store.approve({ held: id, by: { kind: 'token', name: 'ci' }, name: 'web-2' })).toBe(true);
      await reopen();
      expect(await store.hold(heldGuest({ n: 1 }))).toMatchObject({
        id,
        approvedBy: { kind: 'token', name: 'ci' },
        approvedName: 'web-2',
      });
      expect([await admit(), await admit()]).toEqual([true, false]);
      expect(await store.held()).toEqual([]);
      expect(await store.findKey('key-5')).toMatchObject({ guest: B, joinedBy: { kind: 'token', name: 'ci' } });
      expect(await store.findKey('key-1')).toMatchObject({ guest: A, state: 'active' });
    });

    it('[GK8] one that was approved, and is held in another boot, waits for a word anew', async () => {
      const { id } = await store.hold(heldGuest({ n: 1, bootId: 'boot-1' }));
      await store.approve({ held: id, by: ROOT, name: 'web-2' });
      const again = await store.hold(heldGuest({ n: 1, bootId: 'boot-2' }));
      expect(again).toMatchObject({ id, bootId: 'boot-2', approvedBy: null, approvedName: null });
      expect(await store.admit({ key: newKey({ n: 5 }), held: id })).toBe(false);
    });

    it('[GK8] of all that are held those are kept that were seen last', async () => {
      for (let n = 1; n <= HELD_KEPT + 2; n += 1) {
        await store.hold(heldGuest({ n, lastAt: 1_000 - n }));
        await store.hold(heldGuest({ n: 1 }));
      }
      const held = await store.held();
      expect(held).toHaveLength(HELD_KEPT);
      expect(held.slice(0, 2).map(({ productUuid }) => productUuid)).toEqual(['uuid-1', `uuid-${HELD_KEPT + 2}`]);
      expect(held.at(-1)?.productUuid).toBe('uuid-4');
      // One that a person has let in goes for none of them.
      const { id = '' } = held.at(-1) ?? {};
      await store.approve({ held: id, by: ROOT, name: null });
      for (let n = 3; n <= 5; n += 1) await store.hold(heldGuest({ n: HELD_KEPT + n }));
      const later = await store.held();
      expect(later).toHaveLength(HELD_KEPT + 1);
      expect(later.at(-1)).toMatchObject({ id, approvedBy: ROOT });
    });
  });
}
