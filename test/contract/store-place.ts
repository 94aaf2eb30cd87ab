import { afterEach, beforeEach } from 'vitest';
import type { Store } from '../../collector/src/ports/store/store.ts';

/** One place where a store lives: opened and closed as often as a test likes, and taken away at the end. */
export interface StorePlace {
  open(): Promise<Store>;
  remove(): Promise<void>;
}

/**
 * Each test of this `describe` has a place of its own, with its store open at the beginning; `onOpen` is told of each
 * opening.
 */
export function useStorePlace({
  createPlace,
  onOpen,
}: {
  createPlace: () => Promise<StorePlace>;
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
