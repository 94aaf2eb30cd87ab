import { createSeldom } from '../../coordinate/seldom.ts';
import { createSharedReading } from '../../coordinate/shared-reading.ts';
import { findSharedImages } from '../../correlate/match-shared.ts';
import { findTwins } from '../../correlate/match-twins.ts';
import type { GuestLinks } from '../../link/guest-links.ts';
import { sortByFullness } from '../../model/pool.ts';
import type { StatusQuery, StatusView } from '../../model/status.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OverviewDesk } from '../../ports/desk/overview.ts';
import type { GuestDoor } from '../../ports/guest-door.ts';
import type { GuestKeysStore } from '../../ports/store/guest-keys.ts';
import type { GuestsStore } from '../../ports/store/guests.ts';
import type { Delivery } from '../alerts/deliver/deliver.ts';
import type { Enrolling } from '../enroll/enrolment.ts';
import type { Foreseer } from '../foresee/foresight.ts';
import { readKnownNow } from '../survey/known-now.ts';
import type { QemuGaGuests } from '../survey/qemu-ga-guests.ts';
import { noneWithoutStore } from '../survey/store-health.ts';
import type { Survey } from '../survey/survey.ts';
import type { Watch } from '../watch/watch.ts';
import { describeImages } from './describe-images.ts';
import { noteWaiting } from './note-held.ts';

export interface OverviewDeps {
  readonly clock: Clock;
  readonly watch: Pick<Watch, 'overview'>;
  readonly survey: Pick<Survey, 'pathsIn'>;
  readonly links: Pick<GuestLinks, 'guests'>;
  readonly door: Pick<GuestDoor, 'findings'>;
  readonly enrolment: Pick<Enrolling, 'findings'>;
  readonly notices: Pick<Delivery, 'findings'>;
  readonly store: Pick<GuestsStore, 'guests'> & Pick<GuestKeysStore, 'held'>;
  /** Nobody is asked for an overview. */
  readonly qemuGaGuests: Pick<QemuGaGuests, 'known'>;
  countFiring(): number;
  readonly foreseer: Pick<Foreseer, 'ofPools'>;
}

/**
 * Every pool and every image of this host, as the watch remembers them or as they are now. Who is connected, and which
 * disk of theirs is which, is of this moment.
 */
export function createOverviewDesk({
  clock,
  watch,
  survey,
  links,
  door,
  enrolment,
  notices,
  store,
  qemuGaGuests,
  countFiring,
  foreseer,
}: OverviewDeps): OverviewDesk {
  const lately = createSeldom({ clock, make: createSharedReading(() => readStatus({ now: false })) });

  async function readStatus(query: StatusQuery): Promise<StatusView> {
    const { takenAt, surveyedAt, reading, pools, unclaimed } = await watch.overview(query);
    const { host, images } = reading;
    const known = await readKnownNow({ links, store, qemuGaGuests }, host);
    const held = await store.held().catch(noneWithoutStore);
    return {
      takenAt: toIso(takenAt),
      surveyedAt: toIso(surveyedAt),
      askedAt: toIso(clock.now()),
      pools: sortByFullness(pools),
      images: await describeImages({ known, reading, survey }),
      unclaimed: unclaimed.images,
      sources: host.sources,
      findings: [
        ...door.findings(),
        ...enrolment.findings(),
        ...noteWaiting(held),
        ...notices.findings(),
        ...host.findings,
        ...findTwins(host.domains),
        ...findSharedImages(host.domains),
        ...unclaimed.findings,
        ...images.readings.flatMap(({ finding }) => (finding === null ? [] : [finding])),
      ],
      firingAlerts: countFiring(),
      forecasts: await foreseer.ofPools(pools.map(({ key }) => key)).catch(noneWithoutStore),
    };
  }

  // With thousands of guests it costs a good part of a second, in which none of them is heard.
  return { status: (query) => (query.now ? readStatus(query) : lately()) };
}

const toIso = (ms: number) => new Date(ms).toISOString();
