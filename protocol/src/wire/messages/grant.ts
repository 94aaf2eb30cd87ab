import * as v from 'valibot';
import { trimIdSchema } from '../model/plain.ts';

/** Host → guest: the images are sampled and a slot is free; trim now. */
export const grantSchema = v.object({
  type: v.literal('grant'),
  trimId: trimIdSchema,
});
export type Grant = v.InferOutput<typeof grantSchema>;
