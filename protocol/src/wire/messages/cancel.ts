import * as v from 'valibot';
import { textSchema, trimIdSchema } from '../model/plain.ts';

/** Host → guest: stop this trim. What was discarded stays discarded; the report comes as always. */
export const cancelSchema = v.object({
  type: v.literal('cancel'),
  trimId: trimIdSchema,
  reason: textSchema,
});
export type Cancel = v.InferOutput<typeof cancelSchema>;
