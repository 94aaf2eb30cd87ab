import * as v from 'valibot';
import { instantSchema, trimIdSchema } from '../model/plain.ts';

/** Guest → host: the first fstrim runs. */
export const startedSchema = v.object({
  type: v.literal('started'),
  trimId: trimIdSchema,
  startedAt: instantSchema,
});
export type Started = v.InferOutput<typeof startedSchema>;
