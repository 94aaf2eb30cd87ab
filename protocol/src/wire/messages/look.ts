import * as v from 'valibot';

/** Host → guest, from version 2: take an inventory now. Answered by `inventory`, also when nothing changed. */
export const lookSchema = v.object({ type: v.literal('look') });
export type Look = v.InferOutput<typeof lookSchema>;
