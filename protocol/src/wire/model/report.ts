import * as v from 'valibot';
import { LIST_LIMIT } from '../limits.ts';
import { layerCountersSchema } from './layer.ts';
import {
  bytesSchema,
  instantSchema,
  millisecondsSchema,
  mountSchema,
  nameSchema,
  requestIdSchema,
  textSchema,
  trimIdSchema,
} from './plain.ts';

/** Who had the intent. All trims take the same path after that. */
export const triggerSchema = v.picklist(['scheduled', 'requested', 'caught-up']);
export type Trigger = v.InferOutput<typeof triggerSchema>;

/**
 * What became of one filesystem's trim. *Unsupported* is neither success nor failure: the filesystem or a layer below it
 * has no discard (fstrim's ENOTTY, EOPNOTSUPP, EBADF, ENOSYS). `trimmedBytes` is what FITRIM returned: an upper bound of
 * what was discarded, and no measure of what the host got back (fstrim(8), --verbose).
 */
export const outcomeSchema = v.variant('status', [
  v.object({ status: v.literal('done'), trimmedBytes: bytesSchema }),
  v.object({ status: v.literal('unsupported'), message: textSchema, hint: v.nullable(textSchema) }),
  v.object({ status: v.literal('failed'), message: textSchema, hint: v.nullable(textSchema) }),
  v.object({ status: v.literal('cancelled'), message: textSchema }),
]);
export type Outcome = v.InferOutput<typeof outcomeSchema>;

export const filesystemResultSchema = v.object({
  mount: mountSchema,
  kind: nameSchema,
  /** The whole disks below it, by kernel name. */
  disks: v.pipe(v.array(nameSchema), v.maxLength(256)),
  durationMs: millisecondsSchema,
  outcome: outcomeSchema,
  /**
   * Every block was discarded again, also those that ext4 believed it had trimmed: `fstrim -m` half a block group, then plain
   * `fstrim` (fs/ext4/mballoc.c, s_last_trim_minblks). `outcome` is that of the second.
   */
  again: v.optional(v.boolean(), false),
});
export type FilesystemResult = v.InferOutput<typeof filesystemResultSchema>;

/** A layer's counters before the first discard of the trim and after the last. */
export const layerDeltaSchema = v.object({ name: nameSchema, before: layerCountersSchema, after: layerCountersSchema });
export type LayerDelta = v.InferOutput<typeof layerDeltaSchema>;

/** All that the guest knows of one trim. Durable in the guest until the collector acknowledges it. */
export const trimReportSchema = v.object({
  id: trimIdSchema,
  trigger: triggerSchema,
  requestId: v.nullable(requestIdSchema),
  /** False: the collector was away, so nobody sampled the images before the first discard. */
  granted: v.boolean(),
  startedAt: instantSchema,
  durationMs: millisecondsSchema,
  filesystems: v.pipe(v.array(filesystemResultSchema), v.maxLength(LIST_LIMIT)),
  layers: v.pipe(v.array(layerDeltaSchema), v.maxLength(LIST_LIMIT)),
});
export type TrimReport = v.InferOutput<typeof trimReportSchema>;
