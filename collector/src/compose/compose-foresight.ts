import { archiveForecasts } from '../conduct/foresee/archive-forecasts.ts';
import { createGivenBack } from '../conduct/foresee/count-given-back.ts';
import { createForesight, type Foreseer } from '../conduct/foresee/foresight.ts';
import { readHeld } from '../conduct/foresee/read-held.ts';
import type { QemuGaGuests } from '../conduct/survey/qemu-ga-guests.ts';
import type { Survey } from '../conduct/survey/survey.ts';
import { tellConcluded } from '../conduct/trims/tell-concluded.ts';
import { statesIn } from '../conduct/watch/surveyed.ts';
import type { Watch } from '../conduct/watch/watch.ts';
import type { GuestLinks } from '../link/guest-links.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { Store } from '../ports/store/store.ts';

export interface ComposedForesight {
  readonly foreseer: Foreseer;
  /** From here on what is foreseen is kept each day. */
  start(): void;
  stop(): void;
}

/** When pools are full, from what is stored of them and of their images. */
export function composeForesight({
  clock,
  log,
  store,
  survey,
  links,
  qemuGaGuests,
  watch,
}: {
  clock: Clock;
  log: Log;
  store: Store;
  survey: Survey;
  links: GuestLinks;
  qemuGaGuests: QemuGaGuests;
  watch: Watch;
}): ComposedForesight {
  const overview = () => watch.overview({ now: false });
  const readHost = async () => (await overview()).reading;
  const foreseer = createForesight({
    clock,
    store,
    readPools: async () => (await overview()).pools,
    readHeld: (pool) => readHeld({ survey, links, store, qemuGaGuests, readHost }, pool),
  });
  return { foreseer, ...archiveForecasts({ clock, log, store, foreseer }) };
}

/** The store of trims, which counts what they gave back, and all of it before it is closed. */
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
    ...tellConcluded(store, givenBack.note),
    async amendTrim(amendment) {
      const result = await store.amendTrim(amendment);
      if (result !== null) givenBack.amend({ guestId: amendment.guestId, result });
      return result;
    },
    async close() {
      await givenBack.stop();
      await store.close();
    },
  };
}
