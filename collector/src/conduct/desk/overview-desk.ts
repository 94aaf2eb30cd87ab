import { findSharedImages } from '../../correlate/match-shared.ts';
import { findTwins } from '../../correlate/match-twins.ts';
import type { GuestLinks } from '../../link/guest-links.ts';
import type { ImageState } from '../../model/image.ts';
import type { PoolState } from '../../model/pool.ts';
import type { ThinPool } from '../../model/volumes.ts';
import type { Clock } from '../../ports/clock.ts';
import type { OverviewDesk } from '../../ports/desk/overview.ts';
import type { Survey } from '../survey/survey.ts';
import { describeImages } from './describe-images.ts';

export interface OverviewDeps {
  readonly clock: Clock;
  readonly survey: Pick<Survey, 'readAll' | 'pathsIn'>;
  readonly links: Pick<GuestLinks, 'guests'>;
  readPools(held: {
    readonly images: readonly ImageState[];
    readonly thinPools: readonly ThinPool[];
  }): Promise<readonly PoolState[]>;
}

/** Every pool and every image of this host, as they are now. */
export function createOverviewDesk({ clock, survey, links, readPools }: OverviewDeps): OverviewDesk {
  return {
    async status() {
      const reading = await survey.readAll();
      const { host, images } = reading;
      const states = images.readings.flatMap(({ state }) => (state === null ? [] : [state]));
      return {
        takenAt: new Date(clock.now()).toISOString(),
        pools: await readPools({ images: states, thinPools: images.thinPools }),
        images: await describeImages({ guests: links.guests(), reading, survey }),
        sources: host.sources,
        findings: [
          ...host.findings,
          ...findTwins(host.domains),
          ...findSharedImages(host.domains),
          ...images.readings.flatMap(({ finding }) => (finding === null ? [] : [finding])),
        ],
      };
    },
  };
}
