import * as v from 'valibot';
import { MOST_USAGES } from '../limits.ts';
import { bytesSchema, mountSchema } from '../model/plain.ts';

/** What one filesystem holds (statfs(2)), by the mount that speaks for it in the inventory. */
export const usageOfFilesystemSchema = v.object({
  mount: mountSchema,
  usedBytes: bytesSchema,
  totalBytes: bytesSchema,
});
export type UsageOfFilesystem = v.InferOutput<typeof usageOfFilesystemSchema>;

/**
 * Guest → host, every 15 minutes after an inventory: what its filesystems hold by now, as far as they lie on disks and
 * answer. It may be lost; nothing depends on it. Only to a host that knows it (`FEATURES`).
 */
export const usageSchema = v.object({
  type: v.literal('usage'),
  filesystems: v.pipe(v.array(usageOfFilesystemSchema), v.minLength(1), v.maxLength(MOST_USAGES)),
});
export type Usage = v.InferOutput<typeof usageSchema>;
