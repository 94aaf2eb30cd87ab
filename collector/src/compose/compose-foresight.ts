import { createGivenBack } from '../conduct/foresee/count-given-back.ts';
import { createForesight, type Foreseer } from '../conduct/foresee/foresight.ts';
import { readHeld } from '../conduct/foresee/read-held.ts';
import type { QemuGaGuests } from '../conduct/survey/qemu-ga-guests.ts';
import type { Survey } from '../conduct/survey/survey.ts';
import { statesIn } from '../conduct/watch/surveyed.ts';
import type { Watch } from '../conduct/watch/watch.ts';
import type { GuestLinks } from '../link/guest-links.ts';
import type { StatusView } from '../model/status.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store/store.ts';

/** When pools are full, from what is stored of them and of their images. */
export function composeForesight({
  clock,
  store,
  survey,
  links,
  qemuGaGuests,
  watch,
  readStatus,
}: {
  clock: Clock;
  store: Store;
  survey: Survey;
  links: GuestLinks;
  qemuGaGuests: QemuGaGuests;
  watch: Watch;
  /** As it was last seen. */
  readStatus(): Promise<StatusView>;
}): Foreseer {
  const held = {
    survey,
    links,
    store,
    qemuGaGuests,
    readHost: async () => (await watch.overview({ now: false })).reading,
  };
  return createForesight({ clock, store, readStatus, readHeld: (pool) => readHeld(held, pool) });
}

/** The store of trims, which counts what they gave back. */
export function countGivenBack({
  clock,
  log,
  store,
  watch,
}: {
  clock: Clock;
  log: Log;
  store: Store;
  watch: Watch;
}): Store {
  const givenBack = createGivenBack({
    clock,
    log,
    store,
    async readPools() {
      const { reading } = await watch.overview({ now: false });
      return new Map(statesIn(reading).map(({ path, pool }) => [path, pool]));
    },
  });
  return {
    ...store,
    async closeTrim(closed) {
      const stored = await store.closeTrim(closed);
      givenBack.note(closed);
      return stored;
    },
    async amendTrim(amendment) {
      const result = await store.amendTrim(amendment);
      if (result !== null) givenBack.amend({ guestId: amendment.guestId, result });
      return result;
    },
  };
}
