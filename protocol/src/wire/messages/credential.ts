import * as v from 'valibot';
import { key32Schema, signatureSchema } from '../model/proof.ts';

/** A second key that signs for the same connection. */
const alsoSignedSchema = v.object({ key: key32Schema, signature: signatureSchema });

/** Guest → host, the answer to `challenge`: the proof of the key that `hello` names. */
export const credentialSchema = v.object({
  type: v.literal('credential'),
  /** By the key of `hello` (`guest` of the transcript). */
  signature: signatureSchema,
  /** By the key that a token's secret makes (`join`); null for a guest that has joined. */
  join: v.nullable(alsoSignedSchema),
  /** By the key that it has made (`renewed`), where `challenge` asked for one; else null. */
  renewed: v.nullable(alsoSignedSchema),
});
export type Credential = v.InferOutput<typeof credentialSchema>;
