import { formatBytes } from '@trimtab/protocol/shared';
import type { ImageRow } from '../../model/status.ts';
import { type Cell, type Column, formatTable } from '../table.ts';
import { wrap } from '../wrap.ts';
import { type FoldedImage, foldImages } from './fold-images.ts';
import type { Page } from './page.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'IMAGE', shrink: 'start' },
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
  const { folded, loops } = foldImages(images);
  const rows = folded.map(({ image, readers }): Cell[] => [
    image.path,
    readers > 1
      ? `${readers} guests, to read`
      : { text: image.guest, tail: `/${image.device ?? image.disk}`, style: null },
    formatKind(image),
    formatBytes(image.capacityBytes),
    formatBytes(image.allocationBytes),
    { text: image.discard ?? '-', style: image.discard === 'ignore' ? 'bad' : null },
  ]);
  const [heading = '', ...lines] = formatTable({ columns: COLUMNS, rows, width, indent: '  ', paint });
  return [
    ...(rows.length === 0 ? [] : [heading]),
    ...lines.flatMap((line, index) => [line, ...formatNotes(folded[index], page)]),
    ...(loops.length === 0 ? [] : formatLoops(loops, page)),
  ];
}

function formatLoops(loops: readonly ImageRow[], { width, paint }: Page): string[] {
  const sizes = loops.map(({ allocationBytes }) => allocationBytes);
  const sum = sizes.every((bytes) => bytes !== null) ? sizes.reduce((total, bytes) => total + bytes, 0) : null;
  const allocation = sum === null ? '' : `, ${formatBytes(sum)}`;
  const text = `${loops.length} loop devices of this host that no agent speaks for${allocation} (losetup --list)`;
  return wrap({ text, width, first: '  ', rest: '    ' }).map((line) => paint('quiet', line));
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

function formatNotes(row: FoldedImage | undefined, { width, paint }: Page): string[] {
  // Which disk it is of each of many readers is of no use to anybody: nobody trims it.
  if (row === undefined || row.readers > 1) return [];
  const { image } = row;
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
