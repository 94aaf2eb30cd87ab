import * as v from 'valibot';
import { LIST_LIMIT } from '../limits.ts';
import { mountSchema, requestIdSchema, trimIdSchema } from '../model/plain.ts';
import { triggerSchema } from '../model/report.ts';

/** Guest → host: a trim is due. The host samples the images behind these mounts and then grants. */
export const intentSchema = v.object({
  type: v.literal('intent'),
  trimId: trimIdSchema,
  trigger: triggerSchema,
  /** The request this trim answers; null for the guest's own. */
  requestId: v.nullable(requestIdSchema),
  /** What will be trimmed; each the `mount` of a filesystem in the last inventory. */
  mounts: v.pipe(v.array(mountSchema), v.minLength(1), v.maxLength(LIST_LIMIT)),
});
export type Intent = v.InferOutput<typeof intentSchema>;
