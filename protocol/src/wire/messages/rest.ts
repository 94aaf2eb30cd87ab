import * as v from 'valibot';

/**
 * Host → guest, if the agent speaks the feature `rest` and does not stay: nothing waits for it here, it may go. Holds
 * until either end says something else that is to be answered.
 */
export const restSchema = v.object({ type: v.literal('rest') });
export type Rest = v.InferOutput<typeof restSchema>;
