import * as v from 'valibot';
import { guestIdentitySchema } from '../model/guest.ts';
import { countSchema, nameSchema } from '../model/plain.ts';

/** Guest → host, first and once: who is there, and which versions it speaks. */
export const helloSchema = v.object({
  type: v.literal('hello'),
  versions: v.object({ oldest: countSchema, newest: countSchema }),
  agentVersion: nameSchema,
  guest: guestIdentitySchema,
});
export type Hello = v.InferOutput<typeof helloSchema>;
