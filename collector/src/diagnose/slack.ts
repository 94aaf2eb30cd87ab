import { type Inventory, stacksOf } from '@trimtab/protocol';
import { habitsOf } from '@trimtab/protocol/causes';
import type { ImageState } from '../model/image.ts';
import { isFar, isSignificant, isSome } from '../model/significant.ts';
import type { Slack } from '../model/slack.ts';

/**
 * How full one disk is by the guest's word; null where the guest does not say, or a filesystem's share of the disk
 * cannot be told.
 */
export interface DiskUse {
  readonly sizeBytes: number;
  /** In use by its mounted filesystems (statfs(2)). */
  readonly usedBytes: number;
  /** Of that, what may be free all the same, at the most. */
  readonly reserveBytes: number;
  /** Called free by them. */
  readonly freeBytes: number;
}

/**
 * Adds up the filesystems on one disk. One that spans several disks leaves open which of them its blocks are on, unless
 * they are mirrors of each other; then the answer is null. So it is where statfs(2) bounds nothing for this kind, or
 * that is not known of it. `covered`: only what these mounts call free counts as free, since the trim was of them; null
 * counts all. `capacityBytes`: the size of the disk by the host, for a guest that does not tell it.
 */
export function addUpUse(
  inventory: Inventory,
  disk: string,
  {
    covered = null,
    capacityBytes = null,
  }: { readonly covered?: ReadonlySet<string> | null; readonly capacityBytes?: number | null } = {},
): DiskUse | null {
  const sizeBytes = inventory.disks.find(({ name }) => name === disk)?.sizeBytes ?? capacityBytes;
  const here = stacksOf(inventory).filter(({ disks }) => disks.includes(disk));
  if (sizeBytes === null || here.length === 0) return null;
  let usedBytes = 0;
  let reserveBytes = 0;
  let freeBytes = 0;
  for (const { filesystem, layers, disks } of here) {
    const isMirrored = layers.some(({ kind, label }) => kind === 'md' && label === 'raid1');
    if (disks.length > 1 && !isMirrored) return null;
    const habits = habitsOf(filesystem.kind);
    if (habits?.isBoundByStatfs !== true) return null;
    if (filesystem.sizeBytes === null || filesystem.usedBytes === null) return null;
    if (filesystem.usedBytes > filesystem.sizeBytes) return null;
    const isCovered = covered === null || covered.has(filesystem.mount);
    usedBytes += isCovered ? filesystem.usedBytes : filesystem.sizeBytes;
    freeBytes += isCovered ? filesystem.sizeBytes - filesystem.usedBytes : 0;
    if (isCovered) reserveBytes += Math.min(filesystem.usedBytes, Math.ceil(habits.reserveBytes?.(filesystem) ?? 0));
  }
  // More free than there is: nothing follows from what this guest says.
  return freeBytes > sizeBytes ? null : { sizeBytes, usedBytes, reserveBytes, freeBytes };
}

/** The filesystems on a disk that a trim of all would trim. */
export function mountsToTrim(inventory: Inventory, disk: string): readonly string[] {
  return stacksOf(inventory).flatMap(({ filesystem: { mount, obstacle }, disks }) =>
    disks.includes(disk) && obstacle === null ? [mount] : [],
  );
}

/** What an image takes at one moment, with what lies in its backing files, since the guest's disk is made of it. */
export interface Taken {
  readonly bytes: number;
  /** Of that, the format's own at the most. */
  readonly overheadBytes: number;
}

/** Null where the host's count says nothing of the guest's bytes. */
export function readTaken({
  image,
  allocationBytes,
}: {
  image: TakingImage | null;
  allocationBytes: number | null;
}): Taken | null {
  if (image === null || allocationBytes === null) return null;
  // What a zvol takes counts parity and padding of its pool (zfsprops(7), volblocksize): it is above its use for ever.
  if (image.kind === 'zvol') return null;
  if (image.backingChain.length > 0 && image.backingAllocationBytes === null) return null;
  // What lies in a base that other images stand on as well, no guest can give up.
  const belowBytes = image.backingUsers > 1 ? 0 : (image.backingAllocationBytes ?? 0);
  const bytes = allocationBytes + belowBytes;
  return { bytes, overheadBytes: formatOverhead(image, bytes) };
}

export type TakingImage = QcowFacts &
  Pick<ImageState, 'kind' | 'backingChain' | 'backingAllocationBytes' | 'backingUsers'>;

/** See `Slack`. `allocationBytes` is that of one moment. */
export function estimateSlack({
  use,
  image,
  allocationBytes,
  leftBytes = null,
  outsideBytes = null,
}: {
  use: DiskUse | null;
  image: TakingImage | null;
  allocationBytes: number | null;
  /** What a good trim left above use (see `readLeftByTrims`). */
  leftBytes?: number | null;
  /** How much of the disk its guest says is in no mounted filesystem (see `addUpOutside`). */
  outsideBytes?: number | null;
}): Slack | null {
  const taken = readTaken({ image, allocationBytes });
  if (use === null || taken === null) return null;
  const { overheadBytes } = taken;
  const unusedBytes = Math.max(0, taken.bytes - use.usedBytes);
  const reserveBytes = Math.min(use.reserveBytes, taken.bytes - unusedBytes);
  const mostBytes = unusedBytes + reserveBytes;
  // At least: whatever is not called free may be in use, such as partitions without a filesystem, swap, journals and
  // inode tables.
  const leastBytes = Math.max(0, taken.bytes - overheadBytes - (use.sizeBytes - use.freeBytes));
  const bounds = reserveBytes === 0 ? { leastBytes, mostBytes } : { leastBytes, mostBytes, reserveBytes };
  // statfs does not tell how much of a filesystem's own structures has ever been written. A trim may have shown it;
  // else the middle has the smallest error that is possible. How much of a reserve the image holds it does not tell
  // either, and most of it was never written.
  const guessBytes = Math.round((leastBytes + Math.max(leastBytes, unusedBytes - overheadBytes)) / 2);
  if (leftBytes === null) return { ...bounds, estimateBytes: guessBytes };
  // Less is above use than the trim left: what lay outside the filesystems has been given back, and only their
  // structures still are.
  const mayBeGivenBack = unusedBytes < leftBytes;
  if (mayBeGivenBack && outsideBytes === null && isSignificant(leftBytes - unusedBytes))
    return { ...bounds, estimateBytes: null };
  const structureBytes =
    mayBeGivenBack && isSome(outsideBytes)
      ? Math.min(leftBytes, mostOwnBytes({ use, taken, outsideBytes }))
      : leftBytes;
  return { ...bounds, estimateBytes: Math.max(leastBytes, Math.min(mostBytes, unusedBytes - structureBytes)) };
}

/**
 * What the filesystems' structures and the image format can take at the most: all that is neither used, nor free, nor
 * outside.
 */
export function mostOwnBytes({
  use: { sizeBytes, freeBytes, usedBytes },
  taken,
  outsideBytes,
}: {
  use: DiskUse;
  taken: Taken;
  outsideBytes: number;
}): number {
  return taken.overheadBytes + Math.max(0, sizeBytes - freeBytes - usedBytes - outsideBytes);
}

/**
 * What qcow2 itself takes at the most (docs/interop/qcow2.txt): a cluster each of header, L1 and refcount table; an L2
 * table for every `cluster² / 8` bytes of the disk, and a refcount block for every `cluster² / 2` bytes of the file, a
 * cluster each.
 */
function formatOverhead({ format, clusterBytes, capacityBytes }: QcowFacts, takenBytes: number): number {
  if (format !== 'qcow2' || clusterBytes === null || capacityBytes === null) return 0;
  const l2Tables = Math.ceil((capacityBytes * 8) / clusterBytes ** 2);
  const refcountBlocks = Math.ceil((takenBytes * 2) / clusterBytes ** 2);
  return (3 + l2Tables + refcountBlocks) * clusterBytes;
}

type QcowFacts = Pick<ImageState, 'format' | 'clusterBytes' | 'capacityBytes'>;

/**
 * Does the image hold far more than the guest uses? True if even the lower bound is far above it, false if not even the
 * upper one is. Else null: what lies between the bounds may be journals and inode tables, or space that a trim would
 * give back.
 */
export function holdsMore(slack: Slack | null, allocationBytes: number | null): boolean | null {
  if (slack === null || allocationBytes === null) return null;
  if (isFar({ bytes: slack.leastBytes, allocationBytes })) return true;
  // Without a reserve: what of it the image holds, if any, is no reason to doubt that it holds no more.
  return isFar({ bytes: slack.mostBytes - (slack.reserveBytes ?? 0), allocationBytes }) ? null : false;
}
