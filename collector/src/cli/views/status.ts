import { formatBytes } from '@trimtab/protocol/shared';
import type { PoolState } from '../../model/pool.ts';
import type { ImageRow, StatusView } from '../../model/status.ts';
import { toPlainText } from '../plain-text.ts';
import { type Cell, type Column, formatTable } from '../table.ts';
import { wrap } from '../wrap.ts';
import { formatFindings } from './findings.ts';
import type { Page } from './page.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'IMAGE', shrink: 'middle' },
  { heading: 'GUEST/DISK', shrink: 'end' },
  { heading: 'FORMAT' },
  { heading: 'CAPACITY', align: 'right' },
  { heading: 'ALLOCATION', align: 'right' },
  { heading: 'DISCARD' },
];

/** Overcommitted so far that the guests can fill the pool while it is nearly full now. */
const LITTLE_FREE = 0.1;

/** What stores the guests' disks: each pool with its images, then what was found amiss. */
export function formatStatus(status: StatusView, page: Page): string {
  const known = new Set(status.pools.map(({ key }) => key));
  const homeless = status.images.filter(({ pool }) => !known.has(pool));
  const sections = [
    ...status.pools.map((pool) => [
      formatPool(pool, page),
      ...formatImages(
        status.images.filter((image) => image.pool === pool.key),
        page,
      ),
    ]),
    ...(homeless.length === 0 ? [] : [[page.paint('heading', 'in no known pool'), ...formatImages(homeless, page)]]),
  ];
  const empty = wrap({
    text: 'No image found: no QEMU guest runs here, no loop device is attached, and the configuration lists no [[guest]].',
    width: page.width,
  });
  const body =
    sections.length === 0 ? empty : sections.flatMap((lines, index) => (index === 0 ? lines : ['', ...lines]));
  return `${[...body, ...formatFindings(status.findings, page)].join('\n')}\n`;
}

function formatPool(pool: PoolState, { paint }: Page): string {
  const free = `${formatBytes(pool.freeBytes)} free`;
  const tight = pool.overcommit > 1 && pool.freeBytes < pool.sizeBytes * LITTLE_FREE;
  return [
    paint('heading', toPlainText(pool.key)),
    `  ${toPlainText(pool.kind)}, ${formatBytes(pool.sizeBytes)}, `,
    tight ? paint('bad', free) : free,
    `, overcommit ${pool.overcommit.toFixed(1)}x`,
  ].join('');
}

function formatImages(images: readonly ImageRow[], { width, paint }: Page): string[] {
  if (images.length === 0) return ['  no image in use'];
  const rows = images.map((image): Cell[] => [
    image.path,
    `${image.guest}/${image.device ?? image.disk}`,
    image.format,
    formatBytes(image.capacityBytes),
    formatBytes(image.allocationBytes),
    { text: image.discard ?? '-', style: image.discard === 'ignore' ? 'bad' : null },
  ]);
  return formatTable({ columns: COLUMNS, rows, width, indent: '  ', paint });
}
