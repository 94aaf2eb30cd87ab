import { afterEach, beforeEach } from 'vitest';
import type { Store } from '../../collector/src/ports/store/store.ts';

/** One place where a store lives: opened and closed as often as a test likes, and taken away at the end. */
export interface StorePlace {
  open(): Promise<Store>;
  /** Makes guests of these ids, each called by its id, in the store that is open. */
  addGuests(ids: readonly string[]): Promise<void>;
  remove(): Promise<void>;
}

/**
 * Each test of this `describe` has a place of its own, with its store open at the beginning; `onOpen` is told of each
 * opening.
 */
export function useStorePlace({
  createPlace,
  guests = [],
  onOpen,
}: {
  createPlace: () => Promise<StorePlace>;
  /** Ids of those that are there at the beginning. */
  guests?: readonly string[];
  onOpen: (store: Store) => void;
}): { reopen(): Promise<void> } {
  let place: StorePlace;
  let store: Store;

  async function open(): Promise<void> {
    store = await place.open();
    onOpen(store);
  }

  beforeEach(async () => {
    place = await createPlace();
    await open();
    await place.addGuests(guests);
  });
  afterEach(async () => {
    await store.close();
    await place.remove();
  });
  return {
    async reopen() {
      await store.close();
      await open();
    },
  };
}
