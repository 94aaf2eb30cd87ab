import * as v from 'valibot';
import { countSchema, nameSchema } from '../model/plain.ts';

/** Host → guest, the answer to `hello`: the version from here on. */
export const welcomeSchema = v.object({
  type: v.literal('welcome'),
  version: countSchema,
  collectorVersion: nameSchema,
  /** The name under which the host knows this guest. */
  guest: nameSchema,
});
export type Welcome = v.InferOutput<typeof welcomeSchema>;
