import * as v from 'valibot';
import { LIST_LIMIT } from '../limits.ts';
import { mountSchema, requestIdSchema } from '../model/plain.ts';

/** Host → guest: please trim. Answered by an `intent` or a `problem` that names it; the result comes as any report does. */
export const requestSchema = v.object({
  type: v.literal('request'),
  requestId: requestIdSchema,
  /** Mounts from the last inventory; null: every filesystem that can be trimmed. */
  mounts: v.nullable(v.pipe(v.array(mountSchema), v.minLength(1), v.maxLength(LIST_LIMIT))),
});
export type Request = v.InferOutput<typeof requestSchema>;
