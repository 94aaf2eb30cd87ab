import type { ImageState } from '../../model/image.ts';
import type { PoolState } from '../../model/pool.ts';
import type { ThinPool } from '../../model/volumes.ts';
import type { Holding } from '../../pool/held-images.ts';
import type { Unclaimed } from '../../pool/unclaimed-images.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HostReading } from '../survey/host-reading.ts';
import type { Survey } from '../survey/survey.ts';
import { type Claims, claimImages } from './claim-images.ts';

/** The pools of some images, and what lies in them. */
export interface PoolsReading {
  readonly pools: readonly PoolState[];
  readonly holdings: readonly Holding[];
  /** By the key of the pool: see pool/pool-devices.ts. */
  readonly devices: ReadonlyMap<string, string>;
  /** The same: see pool/mounted-at.ts. */
  readonly mounted: ReadonlyMap<string, string>;
}

/** The whole host as it was surveyed: its guests, their images and the pools of these. */
export interface Surveyed extends PoolsReading {
  /** UTC, milliseconds: when the last of it was read. */
  readonly takenAt: number;
  readonly reading: HostReading;
  readonly unclaimed: Unclaimed;
}

export interface SurveyedDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly survey: Pick<Survey, 'readAll'>;
  readPools(held: {
    readonly images: readonly ImageState[];
    readonly thinPools: readonly ThinPool[];
  }): Promise<PoolsReading>;
  /** See pool/unclaimed-images.ts. */
  findUnclaimed(claims: Claims): Promise<Unclaimed>;
}

/** Rejects as the survey does. */
export async function surveyHost({ clock, survey, readPools, findUnclaimed }: SurveyedDeps): Promise<Surveyed> {
  const reading = await survey.readAll();
  const unclaimed = await findUnclaimed(claimImages(reading));
  const pools = await readPools({ images: statesIn(reading), thinPools: reading.images.thinPools });
  return { takenAt: clock.now(), reading, unclaimed, ...pools };
}

/** Those that could be read. */
export function statesIn({ images }: Pick<HostReading, 'images'>): readonly ImageState[] {
  return images.readings.flatMap(({ state }) => (state === null ? [] : [state]));
}
