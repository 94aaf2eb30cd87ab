import * as v from 'valibot';
import { LIST_LIMIT } from '../limits.ts';
import { measuredBytesSchema, nameSchema, textSchema } from './plain.ts';

/**
 * What a block device says of discard: `/sys/block/<disk>/queue/discard_{granularity,max_bytes,max_hw_bytes}` and
 * `discard_alignment` (Documentation/ABI/stable/sysfs-block). Granularity 0 or maximum 0: discards are refused here.
 * That they are accepted says nothing of what the host does with them.
 */
export const discardLimitsSchema = v.object({
  granularityBytes: measuredBytesSchema,
  maxBytes: measuredBytesSchema,
  maxHwBytes: measuredBytesSchema,
  alignmentBytes: measuredBytesSchema,
});
export type DiscardLimits = v.InferOutput<typeof discardLimitsSchema>;

export const layerKindSchema = v.picklist(['disk', 'partition', 'dm', 'md', 'loop']);
export type LayerKind = v.InferOutput<typeof layerKindSchema>;

/** One block device between a filesystem and its disks, by its kernel name (`sda1`, `dm-0`). */
export const layerSchema = v.object({
  name: nameSchema,
  kind: layerKindSchema,
  /** What people call it: `/dev/mapper/NAME` for dm, the md level, the backing file of a loop; else null. */
  label: v.nullable(textSchema),
  /** The layers it stands on; empty for a whole disk. */
  below: v.pipe(v.array(nameSchema), v.maxLength(LIST_LIMIT)),
  sizeBytes: measuredBytesSchema,
  readOnly: v.boolean(),
  discard: discardLimitsSchema,
  /**
   * Of a dm layer, who made it: `/sys/block/<dm>/dm/uuid` (`CRYPT-LUKS2-…`, `LVM-…-tpool`); null for others, and from agents
   * before version 2.
   */
  mapperUuid: v.optional(v.nullable(nameSchema), null),
  /** Of a thin pool inside the guest (`dmsetup status`): what it does with discards; null where it is none or nobody could ask. */
  thinDiscards: v.optional(v.nullable(v.picklist(['ignore', 'nopassdown', 'passdown'])), null),
});
export type Layer = v.InferOutput<typeof layerSchema>;

/**
 * What has passed a layer since it exists: fields 14 and 7 of `/sys/block/<disk>/stat`, sectors of 512 bytes whatever the
 * device's own (Documentation/block/stat.rst). `discardedBytes` is null on kernels older than 4.18, which do not count it.
 */
export const layerCountersSchema = v.object({ discardedBytes: measuredBytesSchema, writtenBytes: measuredBytesSchema });
export type LayerCounters = v.InferOutput<typeof layerCountersSchema>;
