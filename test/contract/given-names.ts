import { describe, expect, it } from 'vitest';
import type { Store } from '../../collector/src/ports/store/store.ts';
import { shownGuest } from './guests-store.ts';
import { type StorePlace, useStorePlace } from './store-place.ts';

/** Of rule [ST8], the names that people give. */
export function givenNamesContract(storeName: string, createPlace: () => Promise<StorePlace>): void {
  describe(`contract of given names: ${storeName}`, () => {
    let store: Store;
    const { reopen } = useStorePlace({
      createPlace,
      onOpen: (opened) => {
        store = opened;
      },
    });

    it('[ST8] a person’s word comes before the hypervisor’s, and nobody else gets that name', async () => {
      const { id } = await store.recognise(shownGuest({ machine: 1, namedBy: 'hypervisor' }));
      const renamed = { id, name: 'shop', namedBy: 'person' as const, takenNames: new Set<string>() };
      expect(await store.rename(renamed)).toEqual([{ id, name: 'shop' }]);
      await reopen();
      // The domain is renamed, the guest says hello with a domain and without.
      expect(await store.rename({ ...renamed, name: 'db', namedBy: 'hypervisor' })).toEqual([{ id, name: 'shop' }]);
      expect((await store.recognise(shownGuest({ machine: 1, namedBy: 'hypervisor' }))).name).toBe('shop');
      expect((await store.recognise(shownGuest({ machine: 1, name: 'localhost' }))).name).toBe('shop');
      const another = await store.recognise(shownGuest({ machine: 2, name: 'shop', namedBy: 'hypervisor' }));
      expect([another.name, another.renamed]).toEqual(['shop~2', []]);
      expect((await store.recognise(shownGuest({ machine: 2, name: 'shop', namedBy: 'hypervisor' }))).name).toBe(
        'shop~2',
      );
      expect((await store.recognise(shownGuest({ machine: 3, name: 'shop' }))).name).toBe('shop~3');
      expect(await store.rename({ ...renamed, name: 'store' })).toEqual([{ id, name: 'store' }]);
    });

    it('[ST8] a guest that joins by a token for a name bears it, and whoever bore it by a weaker word does not', async () => {
      const first = await store.recognise(shownGuest({ machine: 1 }));
      const joining = await store.recognise(shownGuest({ machine: 2, namedBy: 'person' }));
      expect(joining).toMatchObject({ name: 'web', renamed: [{ id: first.id, name: 'web~2' }] });
      expect((await store.recognise(shownGuest({ machine: 3, namedBy: 'person' }))).name).toBe('web~3');
      await store.forgetGuest(joining.id);
      expect((await store.recognise(shownGuest({ machine: 4, namedBy: 'person' }))).name).toBe('web');
    });
  });
}
