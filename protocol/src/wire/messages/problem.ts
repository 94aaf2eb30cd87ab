import * as v from 'valibot';
import { aboutSchema } from '../model/plain.ts';
import { problemSchema } from '../model/problem.ts';

/** Either way: something asked for will not be done, and why. The session goes on. */
export const problemMessageSchema = v.object({
  type: v.literal('problem'),
  /** The request, trim or proof it concerns, if one. */
  about: v.nullable(aboutSchema),
  problem: problemSchema,
});
export type ProblemMessage = v.InferOutput<typeof problemMessageSchema>;
