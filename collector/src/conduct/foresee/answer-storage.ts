import { Fault } from '@trimtab/protocol/shared';
import { forecastSeries } from '../../forecast/forecast-series.ts';
import { withoutImages } from '../../forecast/without-images.ts';
import { daysBetween } from '../../model/day-steps.ts';
import type { DayLevel } from '../../model/forecast.ts';
import type { ForesightQuery, PoolForesight, StorageAnswer } from '../../model/foresight.ts';
import type { ImageRow } from '../../model/status.ts';
import { unknownGuest } from '../survey/guest-faults.ts';
import { listPooledImages } from './pooled-images.ts';
import type { KnownLevels } from './read-levels.ts';

/** When the pool would be full with more storage, or without a guest; null where nobody asked. */
export function answerStorage({
  query: { add, without },
  foresight,
  levels,
  rows,
  ofImages,
}: {
  query: Pick<ForesightQuery, 'add' | 'without'>;
  foresight: PoolForesight;
  levels: readonly DayLevel[];
  rows: readonly ImageRow[];
  /** By the path of the image. */
  ofImages: ReadonlyMap<string, KnownLevels>;
}): StorageAnswer | null {
  if (add === null && without === null) return null;
  const { pool, sizeBytes, asItGoes } = foresight;
  const going = without === null ? [] : findGoing({ rows, pool, guest: without });
  const left = withoutImages(
    levels,
    going.map((image) => ofImages.get(image)?.levels ?? []),
  );
  const forecast = forecastSeries({ levels: left, capacity: sizeBytes + (add ?? 0), at: null });
  const [before, after] = [asItGoes.kind === 'full' ? asItGoes.at : asItGoes.median, forecast.median];
  return {
    addBytes: add ?? 0,
    without,
    goesBytes: (levels.at(-1)?.level ?? 0) - (left.at(-1)?.level ?? 0),
    forecast,
    laterDays: before === null || after === null ? null : daysBetween({ from: before, to: after }),
  };
}

/** The images that are this guest's alone. Throws `unknown-guest`, `guest-elsewhere`. */
function findGoing({ rows, pool, guest }: { rows: readonly ImageRow[]; pool: string; guest: string }): string[] {
  const going = listPooledImages(rows, pool).filter((image) => image.guest === guest);
  if (going.length > 0) return going.map(({ image }) => image);
  if (!rows.some((row) => row.guest === guest)) throw unknownGuest(guest);
  throw new Fault({
    code: 'guest-elsewhere',
    operation: 'foresee the pool without the guest',
    subject: guest,
    cause: `none of its images lies in ${pool}, or other guests have them too`,
    hint: '`trimtab status` lists the images and whose they are.',
  });
}
