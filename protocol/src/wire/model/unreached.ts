import * as v from 'valibot';
import { DISK_LIMIT, MOST_HOLDERS } from '../limits.ts';
import { bytesSchema, countSchema, mountSchema, nameSchema, textSchema } from './plain.ts';

/** The whole disks that it lies on, by kernel name. */
const disks = v.pipe(v.array(nameSchema), v.maxLength(DISK_LIMIT));

/** For a command: `/dev/sdb1`, `/dev/mapper/vg-old`. */
const path = textSchema;

/** PID_MAX_LIMIT of linux/threads.h. */
export const MOST_PIDS = 4 * 1024 * 1024;

/** A process, by its number and its `/proc/PID/comm`. */
const processEntries = {
  pid: v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(MOST_PIDS)),
  process: nameSchema,
};

/** Free extents of a volume group on one physical volume (`pvs`). */
const freeExtents = v.object({ type: v.literal('free-extents'), disks, path, bytes: bytesSchema, group: nameSchema });

/**
 * A range of a disk that is in no partition (/sys/class/block/PARTITION/start and size), nor in the first or last
 * 1 MiB of the disk.
 */
const freeRange = v.object({
  type: v.literal('free-range'),
  disks,
  path,
  bytes: bytesSchema,
  offsetBytes: bytesSchema,
});

/** Chunks of a thin pool inside the guest that no volume of it has (`dmsetup status`). */
const freeChunks = v.object({ type: v.literal('free-chunks'), disks, path, bytes: bytesSchema });

/** A disk, a partition or a volume of which nothing is mounted, swapped to or opened. `bytes` is its size. */
const notMounted = v.object({
  type: v.literal('not-mounted'),
  disks,
  path,
  bytes: bytesSchema,
  /** What udev found on it (`ID_FS_TYPE`); null where it found nothing, or there is no udev. */
  holds: v.nullable(nameSchema),
});

/** A filesystem that is mounted only in another mount namespace. `bytes` is the size of what it stands on. */
const mountedElsewhere = v.object({
  type: v.literal('mounted-elsewhere'),
  disks,
  path,
  bytes: bytesSchema,
  kind: nameSchema,
  /** In that namespace. */
  mount: mountSchema,
  ...processEntries,
});

/** Deleted files of a filesystem that are still open. `bytes` is what they take, by stat(2). */
const deletedFiles = v.object({
  type: v.literal('deleted-files'),
  mount: mountSchema,
  bytes: bytesSchema,
  files: countSchema,
  /** Those with the most, the first of them first. */
  holders: v.pipe(v.array(v.object({ ...processEntries, bytes: bytesSchema })), v.maxLength(MOST_HOLDERS)),
  /** False: there may be more. Not every process could be looked at. */
  isWhole: v.boolean(),
});

/** Subvolumes of a btrfs that are snapshots of others. What they hold alone, nobody has counted. */
const snapshots = v.object({ type: v.literal('snapshots'), mount: mountSchema, count: countSchema });

/** Space of this guest that a trim of its mounts does not bring back. */
export const unreachedSchema = v.variant('type', [
  freeExtents,
  freeRange,
  freeChunks,
  notMounted,
  mountedElsewhere,
  deletedFiles,
  snapshots,
]);
export type Unreached = v.InferOutput<typeof unreachedSchema>;
