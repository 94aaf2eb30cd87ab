import * as v from 'valibot';
import { addressSchema, key32Schema, MOST_ADDRESSES, MOST_PINS } from '../model/proof.ts';

/**
 * Host → guest, after `welcome` and when it changes: where the collector is found from now on, and by which keys. Only to
 * a guest that has proven a key (`FEATURES`).
 */
export const collectorSchema = v.object({
  type: v.literal('collector'),
  /** SHA-256 of each key that it proves itself by, the one in use first. */
  pins: v.pipe(v.array(key32Schema), v.minLength(1), v.maxLength(MOST_PINS)),
  addresses: v.pipe(v.array(addressSchema), v.maxLength(MOST_ADDRESSES)),
});
export type CollectorDoors = v.InferOutput<typeof collectorSchema>;
