import * as v from 'valibot';
import { hostKeySchema, hostSignatureSchema, key32Schema } from '../model/proof.ts';

/**
 * Host → guest, the answer to a `hello` that names a key: the host proves its own (`host` of the transcript), and asks
 * for the proof of the guest's.
 */
export const challengeSchema = v.object({
  type: v.literal('challenge'),
  /** Of this connection, drawn by the host. */
  nonce: key32Schema,
  /** The host's; its SHA-256 is the `pin` that the guest knows. */
  key: hostKeySchema,
  signature: hostSignatureSchema,
  /** A copy of another guest was admitted: it is to make a key of its own. */
  renew: v.boolean(),
});
export type Challenge = v.InferOutput<typeof challengeSchema>;
