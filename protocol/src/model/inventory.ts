import * as v from 'valibot';
import { LIST_LIMIT } from '../limits.ts';
import { diskSchema } from './disk.ts';
import { filesystemSchema } from './filesystem.ts';
import { guestFactsSchema } from './guest.ts';
import { layerSchema } from './layer.ts';
import { instantSchema } from './plain.ts';

/** All that a guest has to trim, and what each filesystem stands on, down to whole disks. */
export const inventorySchema = v.object({
  takenAt: instantSchema,
  filesystems: v.pipe(v.array(filesystemSchema), v.maxLength(LIST_LIMIT)),
  layers: v.pipe(v.array(layerSchema), v.maxLength(LIST_LIMIT)),
  disks: v.pipe(v.array(diskSchema), v.maxLength(LIST_LIMIT)),
  /** Null until systeminformation has answered. */
  facts: v.nullable(guestFactsSchema),
});
export type Inventory = v.InferOutput<typeof inventorySchema>;
