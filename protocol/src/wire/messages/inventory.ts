import * as v from 'valibot';
import { inventorySchema } from '../model/inventory.ts';

/** Guest → host, after `welcome` and whenever it changes: what there is to trim. It replaces the one before. */
export const inventoryMessageSchema = v.object({
  type: v.literal('inventory'),
  inventory: inventorySchema,
});
export type InventoryMessage = v.InferOutput<typeof inventoryMessageSchema>;
