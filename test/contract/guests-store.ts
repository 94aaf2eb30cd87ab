import { describe, expect, it } from 'vitest';
import type { GuestId } from '../../collector/src/model/guest-id.ts';
import { IDENTITY_KINDS, type Identity } from '../../collector/src/model/identity.ts';
import type { ShownGuest } from '../../collector/src/ports/store/guests.ts';
import type { Store } from '../../collector/src/ports/store/store.ts';
import { jobOf } from './jobs-store.ts';
import { closedTrim, idOf, openTrim } from './store.ts';
import { type StorePlace, useStorePlace } from './store-place.ts';
import { trimsOf } from './trims-of.ts';

/** What every implementation of the port `GuestsStore` owes; the rules [ST7] to [ST9] stand in the port. */
export function guestsContract(storeName: string, createPlace: () => Promise<StorePlace>): void {
  describe(`contract of the guests' store: ${storeName}`, () => {
    let store: Store;
    const { reopen } = useStorePlace({
      createPlace,
      onOpen: (opened) => {
        store = opened;
      },
    });

    it('remembers when a guest was first and last seen, and which agent it had', async () => {
      const { id } = await store.recognise(shownGuest({ machine: 1, agentVersion: '0.1.0', seenAt: 10 }));
      await store.recognise(shownGuest({ machine: 1, agentVersion: '0.2.0', seenAt: 15 }));
      await store.sawGuests([{ id, seenAt: 20, visits: { starter: 'timer', nextVisitAt: 900 } }]);
      await reopen();
      expect(await store.guests()).toEqual([
        {
          id,
          name: 'web',
          identities: [{ kind: 'product-uuid', value: uuidOf(1) }],
          agentVersion: '0.2.0',
          firstSeenAt: 10,
          lastSeenAt: 20,
          visits: { starter: 'timer', nextVisitAt: 900 },
        },
      ]);
    });

    it('notes when several guests were seen at once, and leaves out what is no guest', async () => {
      const [one, other] = [
        await store.recognise(shownGuest({ machine: 1, seenAt: 10 })),
        await store.recognise(shownGuest({ machine: 2, seenAt: 11 })),
      ];
      await store.sawGuests([]);
      await store.sawGuests([
        { id: one.id, seenAt: 30, visits: null },
        { id: 'nobody' as GuestId, seenAt: 99, visits: null },
        { id: other.id, seenAt: 31, visits: null },
      ]);
      await reopen();
      expect((await store.guests()).map(({ name, lastSeenAt }) => [name, lastSeenAt])).toEqual([
        ['web', 30],
        ['web~2', 31],
      ]);
    });

    it('[ST7] a guest is recognised once, however often it comes and whatever it is called meanwhile', async () => {
      const first = await store.recognise(shownGuest({ machine: 1 }));
      expect(first).toEqual({ id: expect.stringMatching(GUEST_ID), name: 'web', renamed: [], forgotten: [] });
      expect((await store.recognise(shownGuest({ machine: 1, name: 'shop' }))).id).toBe(first.id);
      await reopen();
      expect((await store.recognise(shownGuest({ machine: 1 }))).id).toBe(first.id);
      expect(await store.guests()).toHaveLength(1);
    });

    it('[ST7] a guest that comes by two connections at once is recognised once', async () => {
      const hellos = Array.from({ length: 20 }, () => store.recognise(shownGuest({ machine: 1 })));
      expect(new Set((await Promise.all(hellos)).map(({ id }) => id)).size).toBe(1);
      expect(await store.guests()).toHaveLength(1);
    });

    it('[ST7] of what a guest shows, the first that leads to one decides; what led nowhere leads to it from then on', async () => {
      const domain = { kind: 'domain', value: uuidOf(9) } as const;
      const productUuid = (machine: number) => ({ kind: 'product-uuid', value: uuidOf(machine) }) as const;
      const recognise = (...identities: Identity[]) => store.recognise(shownGuest({ machine: 0, identities }));
      const guest = await recognise(productUuid(1), domain);
      // Its product UUID was changed, or is shown in the other byte order: the domain is the same.
      expect((await recognise(productUuid(2), domain)).id).toBe(guest.id);
      expect((await recognise(productUuid(2))).id).toBe(guest.id);
      const other = await recognise(productUuid(3));
      expect(other.id).not.toBe(guest.id);
      // The domain is proven to be the other guest's now: what it shows first goes before what the domain led to.
      expect((await recognise(productUuid(3), domain)).id).toBe(other.id);
      expect((await recognise(productUuid(4), domain)).id).toBe(other.id);
      expect((await recognise(productUuid(1))).id).toBe(guest.id);
    });

    it('[ST7] a value of one kind is not that of another', async () => {
      const value = uuidOf(1);
      const ids = await Promise.all(
        IDENTITY_KINDS.map((kind) => store.recognise(shownGuest({ machine: 0, identities: [{ kind, value }] }))),
      );
      expect(new Set(ids.map(({ id }) => id)).size).toBe(IDENTITY_KINDS.length);
    });

    it('[ST7] lists by what a guest is recognised: the strongest kind first, and of one kind the newest', async () => {
      const domain = { kind: 'domain', value: uuidOf(9) } as const;
      for (const [machine, seenAt] of [
        [1, 10],
        [2, 20],
      ] as const)
        await store.recognise(
          shownGuest({ machine, seenAt, identities: [{ kind: 'product-uuid', value: uuidOf(machine) }, domain] }),
        );
      const [guest] = await store.guests();
      expect(guest?.identities).toEqual([
        { kind: 'product-uuid', value: uuidOf(2) },
        { kind: 'product-uuid', value: uuidOf(1) },
        domain,
      ]);
    });

    it('[ST13] of a guest that is forgotten nothing is left, and another is as it was', async () => {
      const gone = await store.recognise(shownGuest({ machine: 1 }));
      const other = await store.recognise(shownGuest({ machine: 2 }));
      for (const n of [1, 2]) await store.closeTrim(closedTrim({ n, guestId: gone.id }));
      await store.closeTrim(closedTrim({ n: 3, guestId: other.id }));
      const open = openTrim({ n: 4, guestId: gone.id });
      await store.openTrim(open);
      const [goneJob, otherJob] = [jobOf({ n: 1, guestId: gone.id }), jobOf({ n: 2, guestId: other.id })];
      const events = [{ number: 1, event: { event: 'intended', trimId: idOf(1), mounts: ['/'] } }] as const;
      await store.saveJobs({
        changed: [
          { job: goneJob, events },
          { job: otherJob, events },
        ],
        forgotten: [],
      });
      expect([await store.countTrims(gone.id), await store.countTrims(other.id)]).toEqual([2, 1]);
      await store.forgetGuest(gone.id);
      await reopen();
      expect((await store.guests()).map(({ id, name }) => [id, name])).toEqual([[other.id, 'web~2']]);
      expect((await trimsOf(store, { guestId: null, limit: 10 })).map(({ id }) => id)).toEqual([idOf(3)]);
      expect(await store.findOpenTrim(open)).toBeNull();
      expect(await store.jobs()).toEqual([{ job: otherJob, events }]);
      // Nothing of its log comes back with a new job of this id.
      await store.saveJobs({ changed: [{ job: goneJob, events: [] }], forgotten: [] });
      expect(await store.jobs()).toContainEqual({ job: goneJob, events: [] });
      expect([await store.countTrims(gone.id), await store.countTrims(other.id)]).toEqual([0, 1]);
      // Its name is free, and it would come back as a new one.
      expect((await store.recognise(shownGuest({ machine: 3 }))).name).toBe('web');
      expect((await store.recognise(shownGuest({ machine: 1 }))).id).not.toBe(gone.id);
    });

    it('[ST8] who comes first has the name, the others a suffix, and each keeps its own', async () => {
      const name = async (machine: number) => (await store.recognise(shownGuest({ machine }))).name;
      expect([await name(1), await name(2), await name(3)]).toEqual(['web', 'web~2', 'web~3']);
      await reopen();
      expect([await name(3), await name(1), await name(2)]).toEqual(['web~3', 'web', 'web~2']);
    });

    it('[ST8] a suffix stays when the first goes by another name, and the name that it left is free', async () => {
      const name = async (machine: number, hostname: string) =>
        (await store.recognise(shownGuest({ machine, name: hostname }))).name;
      expect([await name(1, 'web'), await name(2, 'web')]).toEqual(['web', 'web~2']);
      expect([await name(1, 'shop'), await name(2, 'web'), await name(3, 'web')]).toEqual(['shop', 'web~2', 'web']);
    });

    it('[ST8] a guest whose own name looks like a suffix is in nobody’s way', async () => {
      const name = async (machine: number, hostname: string) =>
        (await store.recognise(shownGuest({ machine, name: hostname }))).name;
      expect([await name(1, 'web~2'), await name(2, 'web'), await name(3, 'web'), await name(4, 'web')]).toEqual([
        'web~2',
        'web',
        'web~3',
        'web~4',
      ]);
    });

    it('[ST8] the name of a domain that the guest was not proven to be is taken', async () => {
      const takenNames = new Set(['web', 'web~2']);
      expect((await store.recognise(shownGuest({ machine: 1, takenNames }))).name).toBe('web~3');
      expect((await store.recognise(shownGuest({ machine: 2, name: 'shop', takenNames }))).name).toBe('shop');
      // One that had the name before the domain came gives it up.
      expect(
        (await store.recognise(shownGuest({ machine: 2, name: 'shop', takenNames: new Set(['shop']) }))).name,
      ).toBe('shop~2');
    });

    it('[ST8] the hypervisor’s word takes a name from whoever bears it', async () => {
      const first = await store.recognise(shownGuest({ machine: 1 }));
      expect(await store.recognise(shownGuest({ machine: 2, namedBy: 'hypervisor' }))).toMatchObject({
        name: 'web',
        renamed: [{ id: first.id, name: 'web~2' }],
      });
      expect((await store.recognise(shownGuest({ machine: 1, takenNames: new Set(['web']) }))).name).toBe('web~2');
    });

    it('[ST8] a domain’s name stays while its guest cannot be proven to be it', async () => {
      await store.recognise(shownGuest({ machine: 1, name: 'db', namedBy: 'hypervisor' }));
      expect((await store.recognise(shownGuest({ machine: 1, name: 'localhost' }))).name).toBe('db');
      expect((await store.recognise(shownGuest({ machine: 1, name: 'db-2', namedBy: 'hypervisor' }))).name).toBe(
        'db-2',
      );
    });

    it('[ST8] two domains that swapped their names bear each the other’s', async () => {
      const recognise = ({ machine, name, others }: { machine: number; name: string; others: string }) =>
        store.recognise(shownGuest({ machine, name, namedBy: 'hypervisor', takenNames: new Set([others]) }));
      const [one, two] = [
        await recognise({ machine: 1, name: 'blue', others: 'green' }),
        await recognise({ machine: 2, name: 'green', others: 'blue' }),
      ];
      const isNamed = async () => (await store.guests()).map(({ id, name }) => [id, name]);
      await recognise({ machine: 1, name: 'green', others: 'blue' });
      await recognise({ machine: 2, name: 'blue', others: 'green' });
      expect(await isNamed()).toEqual([
        [two.id, 'blue'],
        [one.id, 'green'],
      ]);
    });

    it('[ST8] a domain that is renamed takes its new name from whoever bears it, and keeps all else', async () => {
      const web = await store.recognise(shownGuest({ machine: 1, namedBy: 'hypervisor', agentVersion: '0.2.0' }));
      const shop = await store.recognise(shownGuest({ machine: 2, name: 'shop' }));
      const renamed = { id: web.id, name: 'shop', namedBy: 'hypervisor' as const, takenNames: new Set<string>() };
      expect(await store.rename(renamed)).toEqual([
        { id: web.id, name: 'shop' },
        { id: shop.id, name: 'shop~2' },
      ]);
      expect(await store.rename(renamed)).toEqual([{ id: web.id, name: 'shop' }]);
      expect(await store.rename({ ...renamed, id: 'nobody' as GuestId })).toEqual([]);
      await reopen();
      expect((await store.guests()).map(({ id, name, agentVersion }) => [id, name, agentVersion])).toEqual([
        [web.id, 'shop', '0.2.0'],
        [shop.id, 'shop~2', '0.1.0'],
      ]);
      // It says hello as before: the name is the hypervisor's still.
      expect((await store.recognise(shownGuest({ machine: 1, name: 'localhost' }))).name).toBe('shop');
    });

    it('[ST8] of two domains of one name, the one that came first keeps it', async () => {
      const name = async (machine: number) =>
        (await store.recognise(shownGuest({ machine, namedBy: 'hypervisor', takenNames: new Set(['web']) }))).name;
      expect([await name(1), await name(2), await name(1), await name(2)]).toEqual(['web', 'web~2', 'web', 'web~2']);
    });

    it('[ST8] names as guests and hypervisors write them, up to the longest, stay apart', async () => {
      for (const name of ["'; drop table guest; --", 'a\u0000b', '%_', '~2', '🦭'.repeat(128), 'x'.repeat(256)]) {
        const given = [];
        for (const suffix of ['a', 'b', 'c']) {
          const identities = [{ kind: 'hostname', value: `${name} ${suffix}` }] as const;
          given.push((await store.recognise(shownGuest({ machine: 0, identities, name }))).name);
          expect((await store.recognise(shownGuest({ machine: 0, identities, name }))).name).toBe(given.at(-1));
        }
        expect(given[0]).toBe(name);
        expect(new Set(given).size).toBe(3);
        for (const one of given) {
          expect(one.length).toBeLessThanOrEqual(256);
          expect(one.isWellFormed()).toBe(true);
        }
      }
      const names = (await store.guests()).map(({ name }) => name);
      expect(new Set(names).size).toBe(18);
    });

    it('[ST9] a renamed guest keeps its past, under the name that it has now', async () => {
      const { id } = await store.recognise(shownGuest({ machine: 1 }));
      await store.closeTrim(closedTrim({ n: 1, guestId: id }));
      await store.openTrim(openTrim({ n: 2, guestId: id }));
      await store.recognise(shownGuest({ machine: 1, name: 'shop', namedBy: 'hypervisor' }));
      await reopen();
      expect(await trimsOf(store, { guestId: id, limit: 10 })).toMatchObject([{ id: idOf(1), guest: 'shop' }]);
      expect(await store.findTrim({ guestId: id, id: idOf(1) })).toMatchObject({ guest: 'shop' });
      expect((await store.closeTrim(closedTrim({ n: 2, guestId: id }))).guest).toBe('shop');
    });

    it('[ST8] hundreds of guests of one hostname get names of their own', async () => {
      for (let machine = 1; machine <= 300; machine += 1) await store.recognise(shownGuest({ machine }));
      expect(new Set((await store.guests()).map(({ name }) => name)).size).toBe(300);
    });
  });
}

const GUEST_ID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A guest whose agent says hello from the machine of this number. */
export function shownGuest({ machine, ...shown }: { readonly machine: number } & Partial<ShownGuest>): ShownGuest {
  return {
    identities: [{ kind: 'product-uuid', value: uuidOf(machine) }],
    name: 'web',
    namedBy: 'guest',
    takenNames: new Set(),
    agentVersion: '0.1.0',
    seenAt: 1,
    isHere: () => false,
    ...shown,
  };
}

export function uuidOf(machine: number): string {
  return `${String(machine).padStart(8, '0')}-0000-4000-8000-000000000000`;
}
