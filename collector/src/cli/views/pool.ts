import { formatBytes } from '@trimtab/protocol/shared';
import { fullnessOf, type PoolState } from '../../model/pool.ts';
import { textWidth } from '../text-width.ts';
import { wrap } from '../wrap.ts';
import type { Page } from './page.ts';

/** Overcommitted so far that the guests can fill the pool while it is nearly full now. */
const LITTLE_FREE = 0.1;
/** A thin pool whose metadata is fuller than this stops soon, whatever room its data has. */
const MUCH_METADATA = 0.8;

/** How full the pool is, then what its images take of it, then what a thin pool adds. */
export function formatPool(pool: PoolState, page: Page): string[] {
  const { width, paint } = page;
  const free = `${formatBytes(pool.freeBytes)} free`;
  const tight = pool.overcommit > 1 && pool.freeBytes < pool.sizeBytes * LITTLE_FREE;
  const version = pool.nfsVersion === null ? '' : ` (version ${pool.nfsVersion})`;
  const used = `${Math.floor(fullnessOf(pool) * 100)} % used`;
  const what = `${pool.kind}${version}, ${formatBytes(pool.sizeBytes)}, `;
  const isWide = textWidth(`${pool.key}  ${what}${used}, ${free}`) > width;
  const fullness = `${what}${paint(tight ? 'bad' : null, `${used}, ${free}`)}`;
  const images = `its images: allocation ${formatBytes(pool.allocationBytes)}, capacity ${formatBytes(pool.capacityBytes)}, overcommit ${pool.overcommit.toFixed(1)}x`;
  return [
    ...(isWide ? [paint('heading', pool.key), `  ${fullness}`] : [`${paint('heading', pool.key)}  ${fullness}`]),
    ...wrap({ text: images, width, first: '  ', rest: '    ' }),
    ...formatThin(pool, page),
  ];
}

function formatThin({ metadata, chunkBytes, discards, whenFull, kind }: PoolState, { width, paint }: Page): string[] {
  if (kind !== 'lvm-thin') return [];
  const used = metadata === null ? null : metadata.usedBytes / metadata.sizeBytes;
  const parts = [
    ...(metadata === null || used === null
      ? []
      : [`metadata ${Math.round(used * 100)} % of ${formatBytes(metadata.sizeBytes)}`]),
    ...(chunkBytes === null ? [] : [`chunks of ${formatBytes(chunkBytes)}`]),
    ...(discards === null ? [] : [`discards ${discards}`]),
    `when full: ${whenFull}`,
  ];
  const style = (used ?? 0) > MUCH_METADATA || discards === 'ignore' ? 'bad' : null;
  return wrap({ text: parts.join(', '), width, first: '  ' }).map((line) => paint(style, line));
}
