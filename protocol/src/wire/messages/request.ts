import * as v from 'valibot';
import { LIST_LIMIT } from '../limits.ts';
import { mountSchema, requestIdSchema, trimIdSchema } from '../model/plain.ts';

/**
 * Host → guest: please trim. Answered by an `intent` or a `problem` that names it; the result comes as any report does.
 */
export const requestSchema = v.object({
  type: v.literal('request'),
  requestId: requestIdSchema,
  /** Mounts from the last inventory; null: every filesystem that can be trimmed. */
  mounts: v.nullable(v.pipe(v.array(mountSchema), v.minLength(1), v.maxLength(LIST_LIMIT))),
  /**
   * The trim that this one shall make good: ext4 found nothing new in it while the host still holds the blocks, so they
   * are to be discarded again. The agent does it once, for its last trim only, and only where FITRIM returned 0 on
   * ext4; then no minimum interval applies. Only sent to agents that speak the feature `cures`.
   */
  cures: v.optional(v.nullable(trimIdSchema), null),
});
export type Request = v.InferOutput<typeof requestSchema>;
