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
  const style = tight ? 'bad' : null;
  const images = `its images: allocation ${formatBytes(pool.allocationBytes)}, capacity ${formatBytes(pool.capacityBytes)}, overcommit ${pool.overcommit.toFixed(1)}x`;
  return [
    ...(isWide
      ? [
          ...breakPath(pool.key, width).map((line) => paint('heading', line)),
          ...wrap({ text: `${what}${used}, ${free}`, width, first: '  ', rest: '    ' }).map((line) =>
            paint(style, line),
          ),
        ]
      : [`${paint('heading', pool.key)}  ${what}${paint(style, `${used}, ${free}`)}`]),
    ...wrap({ text: images, width, first: '  ', rest: '    ' }),
    ...formatThin(pool, page),
  ];
}

/** A path has no spaces to be broken at: after its slashes. */
function breakPath(path: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const part of path.split(/(?<=\/)/)) {
    if (line !== '' && textWidth(line) + textWidth(part) > width) {
      lines.push(line);
      line = '  ';
    }
    line += part;
  }
  return [...lines, line];
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
