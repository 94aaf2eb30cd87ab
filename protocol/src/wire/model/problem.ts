import * as v from 'valibot';
import { nameSchema, textSchema } from './plain.ts';

/** Something that one end could not do, said so that a person can act on it. */
export const problemSchema = v.object({
  /** For programs: `busy`, `too-soon`, `unknown-mount`, `not-trimmable`, `no-fstrim`. */
  code: nameSchema,
  operation: textSchema,
  subject: textSchema,
  cause: textSchema,
  hint: v.nullable(textSchema),
});
export type Problem = v.InferOutput<typeof problemSchema>;
