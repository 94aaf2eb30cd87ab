import { formatBytes } from '@trimtab/protocol/shared';
import type { ImageRow } from '../../model/status.ts';
import { type Cell, type Column, formatTable } from '../table.ts';
import { wrap } from '../wrap.ts';
import { type FoldedImage, foldImages } from './fold-images.ts';
import { formatInside } from './inside.ts';
import type { Page } from './page.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'IMAGE', shrink: 'start' },
  // What a column has no room for of an image stands below it, and of a guest nowhere.
  { heading: 'GUEST/DISK', shrink: 'middle', least: 22 },
  { heading: 'FORMAT' },
  { heading: 'CAPACITY', align: 'right' },
  { heading: 'ALLOCATION', align: 'right' },
  { heading: 'DISCARD' },
];

/** A line an image, and below it what a column has no room for. */
export function formatImages(
  {
    images,
    pool,
  }: {
    images: readonly ImageRow[];
    /** The key of the pool that they stand under, which need not be said again; null where it is none. */
    pool: string | null;
  },
  page: Page,
): string[] {
  if (images.length === 0) return ['  no image in use'];
  const { width, paint } = page;
  const { folded, loops } = foldImages(images);
  const names = folded.map(({ image }) => nameIn(pool, image));
  const rows = folded.map(({ image, readers }, index): Cell[] => [
    names[index] ?? image.path,
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
    ...lines.flatMap((line, index) => {
      const isWhole = line.includes(names[index] ?? '');
      return [line, ...formatNotes(folded[index], { isWhole, page })];
    }),
    ...(loops.length === 0 ? [] : formatLoops(loops, page)),
  ];
}

/** Below the mount point, or in the volume group, of the pool that stands above it. */
function nameIn(pool: string | null, { path, kind }: ImageRow): string {
  const folder = kind === 'thin-volume' ? `/dev/${pool?.split('/')[0]}/` : `${pool}/`;
  return pool !== null && path.startsWith(folder) ? path.slice(folder.length) : path;
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

function formatNotes(
  row: FoldedImage | undefined,
  { isWhole, page: { width, paint } }: { isWhole: boolean; page: Page },
): string[] {
  if (row === undefined) return [];
  const { image, readers } = row;
  const note = (text: string, style: 'quiet' | 'unsure') =>
    wrap({ text, width, first: '    ', rest: '      ' }).map((line) => paint(style, line));
  const path = isWhole ? [] : note(image.path, 'quiet');
  // Which disk it is of each of many readers is of no use to anybody: nobody trims it.
  if (readers > 1) return path;
  return [
    ...path,
    ...(image.matchedBy === null
      ? []
      : note(`${image.device} is ${image.disk}, matched by ${image.matchedBy}${tellTeller(image)}`, 'quiet')),
    ...(image.unmatched === null ? [] : note(`no disk of the guest was matched to it: ${image.unmatched}`, 'unsure')),
    ...(image.unmeasured === null ? [] : note(`allocation not measured: ${image.unmeasured}`, 'quiet')),
  ];
}

function tellTeller({ inside }: ImageRow): string {
  return inside.kind === 'qemu-ga' ? `, as ${formatInside(inside)} tells` : '';
}
