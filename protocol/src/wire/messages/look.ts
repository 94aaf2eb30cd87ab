import * as v from 'valibot';

/**
 * Host → guest, if the agent speaks the feature `look`: take an inventory now. Answered by `inventory`, also when
 * nothing changed.
 */
export const lookSchema = v.object({ type: v.literal('look') });
export type Look = v.InferOutput<typeof lookSchema>;
