import * as v from 'valibot';
import { proofIdSchema } from '../model/plain.ts';

/** Guest → host: the pattern of this proof has been read. A disk that cannot be read is a `problem` instead. */
export const provedSchema = v.object({
  type: v.literal('proved'),
  proofId: proofIdSchema,
});
export type Proved = v.InferOutput<typeof provedSchema>;
