import { constants, type Stats } from 'node:fs';
import { formatDeviceNumber } from '../model/device-number.ts';
import type { FileStatus } from '../ports/host-files.ts';

/** What stat(2) says of a file, as far as it is asked here. Numbers: times 512 a double of blocks stays exact. */
export type StatNumbers = Pick<Stats, (typeof FIELDS)[number]>;

const FIELDS = ['blocks', 'size', 'dev', 'ino', 'mode', 'uid', 'rdev'] as const;

export function toFileStatus({ blocks, size, dev, ino, mode, uid, rdev }: StatNumbers): FileStatus {
  const kind = mode & constants.S_IFMT;
  const isBlockDevice = kind === constants.S_IFBLK;
  return {
    allocationBytes: blocks * 512,
    physicalBytes: size,
    device: dev,
    inode: ino,
    isBlockDevice,
    isFile: kind === constants.S_IFREG,
    isRootsAlone: uid === 0 && (mode & 0o022) === 0,
    deviceNumber: isBlockDevice ? formatDeviceNumber(rdev) : null,
  };
}

/** Many in one piece of memory, which goes from one thread to another without being copied. */
export function packStatuses(statuses: readonly (StatNumbers | null)[]): Float64Array<ArrayBuffer> {
  const packed = new Float64Array(statuses.length * FIELDS.length).fill(Number.NaN);
  for (const [index, status] of statuses.entries())
    if (status !== null) for (const [at, field] of FIELDS.entries()) packed[index * FIELDS.length + at] = status[field];
  return packed;
}

export function unpackStatuses(packed: Float64Array): (FileStatus | null)[] {
  return Array.from({ length: packed.length / FIELDS.length }, (_, index) => {
    const [blocks, size, dev, ino, mode, uid, rdev] = packed.subarray(index * FIELDS.length);
    return blocks === undefined || Number.isNaN(blocks)
      ? null
      : toFileStatus({ blocks, size, dev, ino, mode, uid, rdev } as StatNumbers);
  });
}
