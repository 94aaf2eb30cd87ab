import * as v from 'valibot';
import { LIST_LIMIT, MOST_UNREACHED } from '../limits.ts';
import { diskSchema } from './disk.ts';
import { filesystemSchema } from './filesystem.ts';
import { guestFactsSchema } from './guest.ts';
import { layerSchema } from './layer.ts';
import { bytesSchema, instantSchema, nameSchema } from './plain.ts';
import { unreachedSchema } from './unreached.ts';

/**
 * A block device that the guest swaps to (/proc/swaps), by kernel name. What was swapped out once stays allocated on
 * the host.
 */
export const swapSchema = v.object({ device: nameSchema, sizeBytes: bytesSchema, usedBytes: bytesSchema });
export type Swap = v.InferOutput<typeof swapSchema>;

/** All that a guest has to trim, and what each filesystem stands on, down to whole disks. */
export const inventorySchema = v.object({
  takenAt: instantSchema,
  filesystems: v.pipe(v.array(filesystemSchema), v.maxLength(LIST_LIMIT)),
  layers: v.pipe(v.array(layerSchema), v.maxLength(LIST_LIMIT)),
  disks: v.pipe(v.array(diskSchema), v.maxLength(LIST_LIMIT)),
  /** Empty also from agents before version 2. */
  swaps: v.optional(v.pipe(v.array(swapSchema), v.maxLength(LIST_LIMIT)), []),
  /**
   * The distribution's own fstrim.timer (util-linux); null where systemd has none, and from agents before version 2.
   */
  fstrimTimer: v.optional(v.nullable(v.picklist(['enabled', 'disabled'])), null),
  /**
   * What a trim of these filesystems does not bring back. Null where nobody looked: an agent looks when it is asked,
   * and before a trim; those before version 3 never do.
   */
  unreached: v.optional(v.nullable(v.pipe(v.array(unreachedSchema), v.maxLength(MOST_UNREACHED))), null),
  /** Is there an fstrim that the agent could run? Null where nobody looked, and from agents before version 3. */
  hasFstrim: v.optional(v.nullable(v.boolean()), null),
  /** Null until systeminformation has answered. */
  facts: v.nullable(guestFactsSchema),
});
export type Inventory = v.InferOutput<typeof inventorySchema>;
