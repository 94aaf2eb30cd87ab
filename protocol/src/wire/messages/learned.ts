import * as v from 'valibot';
import { key32Schema, MOST_PINS } from '../model/proof.ts';

/** Guest → host, the answer to `collector`: these pins are stored durably. */
export const learnedSchema = v.object({
  type: v.literal('learned'),
  pins: v.pipe(v.array(key32Schema), v.minLength(1), v.maxLength(MOST_PINS)),
});
export type Learned = v.InferOutput<typeof learnedSchema>;
