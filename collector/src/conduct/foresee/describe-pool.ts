import { findGrowers } from '../../forecast/find-growers.ts';
import { forecastSeries } from '../../forecast/forecast-series.ts';
import { dayIfAllFilled } from '../../forecast/if-all-filled.ts';
import { levelsOfUse } from '../../forecast/levels-of-use.ts';
import { DAY_MS } from '../../model/day.ts';
import type { DayLevel } from '../../model/forecast.ts';
import type { AfterTrims, ForesightDetail, ForesightQuery, WorstCase } from '../../model/foresight.ts';
import type { StatusView } from '../../model/status.ts';
import type { Clock } from '../../ports/clock.ts';
import type { SamplesStore } from '../../ports/store/samples.ts';
import { answerStorage } from './answer-storage.ts';
import { type Foreseen, YEAR_MS } from './foresee-pools.ts';
import { listPooledImages } from './pooled-images.ts';
import type { HeldImage } from './read-held.ts';
import { type KnownLevels, readLevels } from './read-levels.ts';
import { readFillings } from './write-rates.ts';

export interface DescribeDeps {
  readonly clock: Pick<Clock, 'now'>;
  readonly store: Pick<SamplesStore, 'series' | 'pointsOfKind'>;
  /** See read-held.ts. */
  readHeld(pool: string): Promise<readonly HeldImage[]>;
}

/** What is told of one pool that somebody asked for. Throws `unknown-guest`, `guest-elsewhere`. */
export async function describePool(
  deps: DescribeDeps,
  {
    foreseen: { foresight, levels },
    status,
    query,
  }: {
    readonly foreseen: Foreseen;
    readonly status: Pick<StatusView, 'pools' | 'images'>;
    readonly query: Pick<ForesightQuery, 'add' | 'without'>;
  },
): Promise<ForesightDetail> {
  if (foresight.kind === 'pool-metadata')
    return { levels, withTrims: null, afterFixes: null, growers: null, worst: null, answer: null };
  const { clock, store, readHeld } = deps;
  const { pool, sizeBytes, usedBytes, asItGoes } = foresight;
  const images = listPooledImages(status.images, pool);
  const stretch = { from: clock.now() - YEAR_MS, to: clock.now() + 1 };
  const held = await readHeld(pool);
  const filesystems = new Set(held.flatMap((one) => one.filesystems));
  const ofImages = await readLevels(store, {
    kind: 'image',
    subjects: new Set([...images, ...held].map(({ image }) => image)),
    ...stretch,
  });
  const ofFilesystems = await readLevels(store, { kind: 'filesystem', subjects: filesystems, ...stretch });
  const levelsOf = (image: string) => ofImages.get(image)?.levels ?? [];
  const fillings = await readFillings(deps, { images, held, levelsOf });
  const known = fillings.filter((filling) => filling !== null);
  const worst: WorstCase = {
    overcommit: status.pools.find(({ key }) => key === pool)?.overcommit ?? null,
    ifAllFilled: {
      day: dayIfAllFilled({ at: asItGoes.at, freeBytes: sizeBytes - usedBytes, fillings: known }),
      growthPerDay: known.reduce((sum, { growthPerDay }) => sum + growthPerDay, 0),
      known: known.length,
      images: images.length,
    },
  };
  return {
    levels,
    ...foreseeTrims({ levels, sizeBytes, held, ofImages, ofFilesystems }),
    growers: findGrowers({
      pool: levels,
      images: images.map(({ image, guest }) => ({ image, guest, levels: levelsOf(image) })),
    }),
    worst,
    answer: answerStorage({ query, foresight, levels, rows: status.images, ofImages }),
  };
}

/** As if trims ran: those of images whose discards pass, and those of all. */
function foreseeTrims({
  levels,
  sizeBytes,
  held,
  ofImages,
  ofFilesystems,
}: {
  levels: readonly DayLevel[];
  sizeBytes: number;
  held: readonly HeldImage[];
  ofImages: ReadonlyMap<string, KnownLevels>;
  ofFilesystems: ReadonlyMap<string, KnownLevels>;
}): Pick<ForesightDetail, 'withTrims' | 'afterFixes'> {
  const last = levels.at(-1);
  if (last === undefined) return { withTrims: null, afterFixes: null };
  const sampled = held.flatMap(({ image, filesystems, passes }) => {
    const own = ofImages.get(image);
    const uses = filesystems.flatMap((one) => ofFilesystems.get(one) ?? []);
    // Of a filesystem that was never sampled nobody knows what it uses; nor of one whose guest has been silent since.
    if (own === undefined || uses.length < filesystems.length) return [];
    if (!uses.every(({ state }) => Math.abs(own.state.lastAt - state.lastAt) <= DAY_MS)) return [];
    return [{ passes, held: { image: own.levels, filesystems: uses.map((use) => use.levels) } }];
  });
  const foresee = (some: typeof sampled): AfterTrims | null => {
    if (some.length === 0) return null;
    const used = levelsOfUse(
      levels,
      some.map((one) => one.held),
    );
    return {
      comesBackBytes: Math.max(0, last.level - (used.at(-1)?.level ?? last.level)),
      images: some.length,
      forecast: forecastSeries({ levels: used, capacity: sizeBytes, at: null }),
    };
  };
  const passing = sampled.filter(({ passes }) => passes);
  return { withTrims: foresee(passing), afterFixes: passing.length === sampled.length ? null : foresee(sampled) };
}
