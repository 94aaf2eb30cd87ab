import * as v from 'valibot';
import { trimIdSchema } from '../model/plain.ts';

/** Host → guest: the report of this trim is stored durably; the guest may forget it. Sent for every copy received. */
export const acknowledgedSchema = v.object({
  type: v.literal('acknowledged'),
  trimId: trimIdSchema,
});
export type Acknowledged = v.InferOutput<typeof acknowledgedSchema>;
