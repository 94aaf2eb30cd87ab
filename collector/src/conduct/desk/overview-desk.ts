import { findSharedImages } from '../../correlate/match-shared.ts';
import { findTwins } from '../../correlate/match-twins.ts';
import type { GuestLinks } from '../../link/guest-links.ts';
import type { ImageState } from '../../model/image.ts';
import type { PoolState } from '../../model/pool.ts';
import { sortByFullness } from '../../model/pool.ts';
import type { ThinPool } from '../../model/volumes.ts';
import type { Unclaimed } from '../../pool/unclaimed-images.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OverviewDesk } from '../../ports/desk/overview.ts';
import type { GuestDoor } from '../../ports/guest-door.ts';
import type { GuestsStore } from '../../ports/store/guests.ts';
import type { Delivery } from '../alerts/deliver/deliver.ts';
import { listKnownGuests } from '../survey/known-guests.ts';
import type { QemuGaGuests } from '../survey/qemu-ga-guests.ts';
import type { Survey } from '../survey/survey.ts';
import { type Claims, claimImages } from './claim-images.ts';
import { describeImages } from './describe-images.ts';

export interface OverviewDeps {
  readonly clock: Clock;
  readonly survey: Pick<Survey, 'readAll' | 'pathsIn'>;
  readonly links: Pick<GuestLinks, 'guests'>;
  readonly door: Pick<GuestDoor, 'findings'>;
  readonly notices: Pick<Delivery, 'findings'>;
  readonly store: Pick<GuestsStore, 'guests'>;
  /** Nobody is asked for an overview. */
  readonly qemuGaGuests: Pick<QemuGaGuests, 'known'>;
  readPools(held: {
    readonly images: readonly ImageState[];
    readonly thinPools: readonly ThinPool[];
  }): Promise<readonly PoolState[]>;
  /** See pool/unclaimed-images.ts. */
  findUnclaimed(claims: Claims): Promise<Unclaimed>;
}

/** Every pool and every image of this host, as they are now. */
export function createOverviewDesk({
  clock,
  survey,
  links,
  door,
  notices,
  store,
  qemuGaGuests,
  readPools,
  findUnclaimed,
}: OverviewDeps): OverviewDesk {
  return {
    async status() {
      const reading = await survey.readAll();
      const { host, images } = reading;
      // Before the store is asked: whoever is connected is recorded there.
      const connected = links.guests();
      const found = qemuGaGuests.known();
      const known = listKnownGuests({ host, records: await store.guests(), connected, found });
      const states = images.readings.flatMap(({ state }) => (state === null ? [] : [state]));
      const unclaimed = await findUnclaimed(claimImages(reading));
      return {
        takenAt: new Date(clock.now()).toISOString(),
        pools: sortByFullness(await readPools({ images: states, thinPools: images.thinPools })),
        images: await describeImages({ known, reading, survey }),
        unclaimed: unclaimed.images,
        sources: host.sources,
        findings: [
          ...door.findings(),
          ...notices.findings(),
          ...host.findings,
          ...findTwins(host.domains),
          ...findSharedImages(host.domains),
          ...unclaimed.findings,
          ...images.readings.flatMap(({ finding }) => (finding === null ? [] : [finding])),
        ],
      };
    },
  };
}
