import * as v from 'valibot';
import { countSchema, measuredBytesSchema, millisecondsSchema, mountSchema, trimIdSchema } from '../model/plain.ts';

/** Guest → host, about once a second while a trim runs. It may be lost; nothing depends on it. */
export const progressSchema = v.object({
  type: v.literal('progress'),
  trimId: trimIdSchema,
  mount: mountSchema,
  /** This is the n-th filesystem (from 1) of `of`. */
  index: countSchema,
  of: countSchema,
  elapsedMs: millisecondsSchema,
  /**
   * Discarded by the disks below this mount since the trim began, as the guest's kernel counts; null where it does not.
   */
  issuedBytes: measuredBytesSchema,
});
export type Progress = v.InferOutput<typeof progressSchema>;
