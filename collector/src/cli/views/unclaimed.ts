import { formatBytes } from '@trimtab/protocol/shared';
import type { UnclaimedImage } from '../../model/status.ts';
import { type Cell, type Column, formatTable } from '../table.ts';
import { wrap } from '../wrap.ts';
import type { Page } from './page.ts';

/** Of a pool; the rest is in JSON. */
const SHOWN = 5;

const COLUMNS: readonly Column[] = [
  { heading: 'OF NO GUEST KNOWN HERE', shrink: 'start' },
  { heading: 'SIZE', align: 'right' },
  { heading: 'ALLOCATION', align: 'right' },
];

/** What lies in a pool beside the images of guests and belongs to none of them. */
export function formatUnclaimed(images: readonly UnclaimedImage[], { width, paint }: Page): string[] {
  if (images.length === 0) return [];
  const rows = images
    .slice(0, SHOWN)
    .map(({ path, physicalBytes, allocationBytes }): Cell[] => [
      path,
      formatBytes(physicalBytes),
      formatBytes(allocationBytes),
    ]);
  const left = images.length - SHOWN;
  return [
    ...formatTable({ columns: COLUMNS, rows, width, indent: '  ', paint }),
    ...(left > 0 ? [`  and ${left} more: trimtab status --json`] : []),
    ...wrap({ text: CAUTION, width, first: '    ' }).map((line) => paint('quiet', line)),
  ];
}

const CAUTION =
  'Before you remove one: another host may use it, or an image elsewhere may stand on it (qemu-img info --backing-chain).';
