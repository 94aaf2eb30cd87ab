import * as v from 'valibot';
import { DISK_LIMIT, LIST_LIMIT } from '../limits.ts';
import { type LayerCounters, layerCountersSchema, layerLimitsSchema } from './layer.ts';
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
export const TRIGGERS = ['scheduled', 'requested', 'caught-up'] as const;
export const triggerSchema = v.picklist(TRIGGERS);
export type Trigger = v.InferOutput<typeof triggerSchema>;

/**
 * What became of one filesystem's trim. *Unsupported* is neither success nor failure: the filesystem or a layer below
 * it has no discard (fstrim's ENOTTY, EOPNOTSUPP, EBADF, ENOSYS). `trimmedBytes` is what FITRIM returned: an upper
 * bound of what was discarded, and no measure of what the host got back (fstrim(8), --verbose).
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
  disks: v.pipe(v.array(nameSchema), v.maxLength(DISK_LIMIT)),
  durationMs: millisecondsSchema,
  outcome: outcomeSchema,
  /**
   * Every block was discarded again, also those that ext4 believed it had trimmed: `fstrim -m` half a block group, then
   * plain `fstrim` (fs/ext4/mballoc.c, s_last_trim_minblks). `outcome` is that of the second.
   */
  again: v.optional(v.boolean(), false),
});
export type FilesystemResult = v.InferOutput<typeof filesystemResultSchema>;

/** What is known of it before it begins. */
export const plannedFilesystemSchema = v.pick(filesystemResultSchema, ['mount', 'kind', 'disks', 'again']);

/** In the order in which they were trimmed. */
export const filesystemResultsSchema = v.pipe(v.array(filesystemResultSchema), v.maxLength(LIST_LIMIT));

/** A layer's counters before the first discard of the trim and after the last. */
export const layerDeltaSchema = v.object({ name: nameSchema, before: layerCountersSchema, after: layerCountersSchema });
export type LayerDelta = v.InferOutput<typeof layerDeltaSchema>;

/** What two readings of the counters say together; a layer that came or went in between has no difference. */
export function toDeltas({
  before,
  after,
}: {
  readonly before: Readonly<Record<string, LayerCounters>>;
  readonly after: Readonly<Record<string, LayerCounters>>;
}): LayerDelta[] {
  return Object.entries(before).flatMap(([name, counters]) => {
    const later = after[name];
    return later === undefined ? [] : [{ name, before: counters, after: later }];
  });
}

/** All that the guest knows of one trim. Durable in the guest until the collector acknowledges it. */
export const trimReportSchema = v.object({
  id: trimIdSchema,
  trigger: triggerSchema,
  requestId: v.nullable(requestIdSchema),
  /** False: the collector was away, so nobody sampled the images before the first discard. */
  granted: v.boolean(),
  startedAt: instantSchema,
  durationMs: millisecondsSchema,
  filesystems: filesystemResultsSchema,
  layers: v.pipe(v.array(layerDeltaSchema), v.maxLength(LIST_LIMIT)),
  /**
   * What these layers say of discards after the last one; empty from agents before version 3, and where nobody could
   * read them.
   */
  limitsAfter: v.optional(v.pipe(v.array(layerLimitsSchema), v.maxLength(LIST_LIMIT)), []),
});
export type TrimReport = v.InferOutput<typeof trimReportSchema>;

/** What is known of a trim before it begins: which one it is, and who wanted it. */
export const trimOriginSchema = v.pick(trimReportSchema, ['id', 'trigger', 'requestId', 'granted']);
export type TrimOrigin = v.InferOutput<typeof trimOriginSchema>;
