import * as v from 'valibot';
import { problemSchema } from '../model/problem.ts';

/** Either way: something asked for will not be done, and why. The session goes on. */
export const problemMessageSchema = v.object({
  type: v.literal('problem'),
  /** The request or trim it concerns, if one. */
  about: v.nullable(v.pipe(v.string(), v.uuid())),
  problem: problemSchema,
});
export type ProblemMessage = v.InferOutput<typeof problemMessageSchema>;
