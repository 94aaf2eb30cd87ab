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

/** Kinds of targets in one table: a volume of LVM has one, or two while it is moved. */
export const MOST_TARGETS = 16;

/**
 * What the table of a dm layer says of discards (`dmsetup table`). The table itself stays in the guest: it may hold a
 * key. Documentation/admin-guide/device-mapper: dm-crypt.rst, dm-raid.rst, snapshot.rst.
 */
export const mapperTableSchema = v.object({
  /** The kinds of its targets, none twice: `linear`, `crypt`, `snapshot-origin`. */
  targets: v.pipe(v.array(nameSchema), v.maxLength(MOST_TARGETS)),
  /** Is the argument `allow_discards` on every target that takes it (crypt, integrity)? Null where none does. */
  allowsDiscards: v.nullable(v.boolean()),
  /** Of a raid target: `raid1`, `raid5_ls`. */
  raidLevel: v.nullable(nameSchema),
});
export type MapperTable = v.InferOutput<typeof mapperTableSchema>;

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
   * Of a dm layer, who made it: `/sys/block/<dm>/dm/uuid` (`CRYPT-LUKS2-…`, `LVM-…-tpool`); null for others, and from
   * agents before version 2.
   */
  mapperUuid: v.optional(v.nullable(nameSchema), null),
  /**
   * Of a thin pool inside the guest (`dmsetup status`): what it does with discards; null where it is none or nobody
   * could ask.
   */
  thinDiscards: v.optional(v.nullable(v.picklist(['ignore', 'nopassdown', 'passdown'])), null),
  /** Null where it is no dm layer, nobody could ask, and from agents before version 3. */
  mapperTable: v.optional(v.nullable(mapperTableSchema), null),
});
export type Layer = v.InferOutput<typeof layerSchema>;

/**
 * What has passed a layer since it exists: fields 14 and 7 of `/sys/block/<disk>/stat`, sectors of 512 bytes whatever
 * the device's own (Documentation/block/stat.rst). `discardedBytes` is null on kernels older than 4.18, which do not
 * count it.
 */
export const layerCountersSchema = v.object({ discardedBytes: measuredBytesSchema, writtenBytes: measuredBytesSchema });
export type LayerCounters = v.InferOutput<typeof layerCountersSchema>;

/**
 * What a layer says of discards at another time than that of the inventory: a disk that once refuses one is told no
 * more of them.
 */
export const layerLimitsSchema = v.object({
  name: nameSchema,
  discard: discardLimitsSchema,
  /** As that of a disk. */
  provisioningMode: v.nullable(nameSchema),
});
export type LayerLimits = v.InferOutput<typeof layerLimitsSchema>;
