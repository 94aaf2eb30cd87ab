import * as v from 'valibot';
import { nameSchema, proofIdSchema } from '../model/plain.ts';

/** A page: what O_DIRECT reads must be whole numbers of, on every disk. */
export const PROOF_UNIT_BYTES = 4096;

/** The largest single read, 256 KiB: no driver here splits it, so one read of the agent is one of the device. */
export const PROOF_MOST_UNITS = 64;

export const PROOF_MOST_READS = 32;

/**
 * Host → guest: read these amounts from the start of this disk, one after the other, past the page cache. The host
 * watches whose counters move by just that. The disk is one of the last inventory; nothing is written, and what was
 * read goes nowhere.
 */
export const proveSchema = v.object({
  type: v.literal('prove'),
  proofId: proofIdSchema,
  disk: nameSchema,
  /** Each in units of PROOF_UNIT_BYTES, at most 64; together a pattern that no guest reads by chance. */
  units: v.pipe(
    v.array(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(PROOF_MOST_UNITS))),
    v.minLength(1),
    v.maxLength(PROOF_MOST_READS),
  ),
});
export type Prove = v.InferOutput<typeof proveSchema>;
