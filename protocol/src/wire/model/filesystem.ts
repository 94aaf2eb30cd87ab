import * as v from 'valibot';
import { LIST_LIMIT } from '../limits.ts';
import { measuredBytesSchema, mountSchema, nameSchema, textSchema } from './plain.ts';

/** Why a filesystem cannot be trimmed: an identifier for programs, a sentence and a remedy for people. */
export const obstacleSchema = v.object({
  code: v.picklist([
    'read-only',
    'network',
    'overlay',
    'no-discard',
    'no-fitrim',
    'not-a-block-device',
    'opted-out',
    'no-fstrim',
  ]),
  sentence: textSchema,
  hint: v.nullable(textSchema),
});
export type Obstacle = v.InferOutput<typeof obstacleSchema>;

/** One mounted filesystem, however often it is mounted. Every mount point of it would trim the whole of it. */
export const filesystemSchema = v.object({
  /** The mount point that speaks for it: the one that shows its root, the shortest first. */
  mount: mountSchema,
  alsoMountedAt: v.pipe(v.array(mountSchema), v.maxLength(LIST_LIMIT)),
  kind: nameSchema,
  source: textSchema,
  /**
   * The layers it stands on directly, by kernel name: one, or several for btrfs; none for a pseudo or network
   * filesystem.
   */
  devices: v.pipe(v.array(nameSchema), v.maxLength(LIST_LIMIT)),
  sizeBytes: measuredBytesSchema,
  usedBytes: measuredBytesSchema,
  /** statfs(2) `f_bsize`; null from agents before version 2. */
  blockBytes: v.optional(measuredBytesSchema, null),
  /**
   * How much of its free space lies in block groups without any free run as long as the discard granularity, so that no
   * trim sends it (`/proc/fs/ext4/DEVICE/mb_groups`). A lower bound, read where the granularity is 1 MiB or more; else
   * null, and from agents before version 3.
   */
  tooSmallBytes: v.optional(measuredBytesSchema, null),
  /**
   * Is one of its mount points in /etc/fstab? Null where there is none that says anything, and from agents before
   * version 2.
   */
  inFstab: v.optional(v.nullable(v.boolean()), null),
  /** Mounted with `discard`: blocks are discarded as files are deleted, so a trim finds less. */
  discardsOnline: v.boolean(),
  /** Null: a trim can be tried. Whether the host gives anything back only the host can tell. */
  obstacle: v.nullable(obstacleSchema),
});
export type Filesystem = v.InferOutput<typeof filesystemSchema>;
