import type { Unreached } from '@trimtab/protocol';
import type { BlockDevice, BlockDevices } from './block-devices.ts';
import { WORTH_TELLING_BYTES } from './worth-telling.ts';

/**
 * At both ends of a disk: the table, its copy (UEFI, 5.3.1: the last 33 sectors) and what a boot loader keeps beside it
 * lie in no partition.
 */
const KEPT_BYTES = 1024 ** 2;

/**
 * The kernel shows the extended partition of an MS-DOS table by its first two sectors, or one block of the disk
 * (block/partitions/msdos.c). In it every logical partition has a sector of the table before it, in no partition.
 */
const MOST_EXTENDED_BYTES = 4096;

/**
 * Ranges of a partitioned disk that are in none of its partitions. A disk without any partition is none of these, and
 * one of whose partitions any may be unknown has none: what is told may get discarded.
 */
export function findFreeRanges({ devices, isWhole }: BlockDevices): readonly Unreached[] {
  const names = new Set(devices.map(({ name }) => name));
  if (!isWhole || devices.some(({ within }) => within !== null && !names.has(within.disk))) return [];
  return devices.flatMap((disk) => {
    const partitions = devices.filter(({ within }) => within?.disk === disk.name).map(toRange);
    const ranges = partitions.filter((range) => range !== null).sort((one, other) => one.from - other.from);
    const { name, sizeBytes } = disk;
    if (sizeBytes === null || ranges.length === 0 || ranges.length < partitions.length) return [];
    return gapsBetween({ ranges, name, sizeBytes });
  });
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/** Null: it is not known where it lies, or it is one that holds others. */
function toRange({ within, sizeBytes }: BlockDevice): Range | null {
  const from = within?.offsetBytes ?? null;
  if (from === null || sizeBytes === null || sizeBytes <= MOST_EXTENDED_BYTES) return null;
  return { from, to: from + sizeBytes };
}

/** Partitions may lie in one another: a slice of a BSD label does in its MS-DOS partition. */
function gapsBetween({
  ranges,
  name,
  sizeBytes,
}: {
  readonly ranges: readonly Range[];
  readonly name: string;
  readonly sizeBytes: number;
}): Unreached[] {
  const gaps: Unreached[] = [];
  let offsetBytes = KEPT_BYTES;
  const end = sizeBytes - KEPT_BYTES;
  for (const { from, to } of [...ranges, { from: end, to: end }]) {
    const bytes = Math.min(from, end) - offsetBytes;
    const path = `/dev/${name.replaceAll('!', '/')}`;
    if (bytes > WORTH_TELLING_BYTES) gaps.push({ type: 'free-range', disks: [name], path, bytes, offsetBytes });
    offsetBytes = Math.max(offsetBytes, to);
  }
  return gaps;
}
