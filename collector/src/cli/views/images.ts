import { formatBytes } from '@trimtab/protocol/shared';
import type { ImageRow } from '../../model/status.ts';
import { type Cell, type Column, formatTable } from '../table.ts';
import { wrap } from '../wrap.ts';
import type { Page } from './page.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'IMAGE', shrink: 'middle' },
  { heading: 'GUEST/DISK', shrink: 'end' },
  { heading: 'FORMAT' },
  { heading: 'CAPACITY', align: 'right' },
  { heading: 'ALLOCATION', align: 'right' },
  { heading: 'DISCARD' },
];

/** A line an image, and below it what a column has no room for. */
export function formatImages(images: readonly ImageRow[], page: Page): string[] {
  if (images.length === 0) return ['  no image in use'];
  const { width, paint } = page;
  const rows = images.map((image): Cell[] => [
    image.path,
    { text: image.guest, tail: `/${image.device ?? image.disk}`, style: null },
    formatKind(image),
    formatBytes(image.capacityBytes),
    formatBytes(image.allocationBytes),
    { text: image.discard ?? '-', style: image.discard === 'ignore' ? 'bad' : null },
  ]);
  const [heading = '', ...lines] = formatTable({ columns: COLUMNS, rows, width, indent: '  ', paint });
  return [heading, ...lines.flatMap((line, index) => [line, ...formatNotes(images[index], page)])];
}

const KINDS: Readonly<Record<ImageRow['kind'], string>> = {
  file: '',
  'thin-volume': 'thin',
  'thick-volume': 'thick',
  'block-device': 'block',
  zvol: 'zvol',
  rbd: 'rbd',
  other: 'other',
};

/** `qcow2` is a file; `raw thin` is raw on a thin volume. */
function formatKind({ format, kind }: ImageRow): string {
  return `${format} ${KINDS[kind]}`.trim();
}

function formatNotes(image: ImageRow | undefined, { width, paint }: Page): string[] {
  if (image === undefined) return [];
  const note = (text: string, style: 'quiet' | 'unsure') =>
    wrap({ text, width, first: '    ', rest: '      ' }).map((line) => paint(style, line));
  return [
    ...(image.matchedBy === null
      ? []
      : note(`${image.device} is ${image.disk}, matched by ${image.matchedBy}`, 'quiet')),
    ...(image.unmatched === null ? [] : note(`no disk of the guest was matched to it: ${image.unmatched}`, 'unsure')),
    ...(image.unmeasured === null ? [] : note(`allocation not measured: ${image.unmeasured}`, 'quiet')),
  ];
}
