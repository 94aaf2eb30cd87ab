import * as v from 'valibot';
import type { RepairDone, RepairNode, RepairPlan } from '../../model/repair.ts';
import { fixSchema } from './causes.ts';
import { listOf, maybeText, objectOf } from './schema-of.ts';

const repairNodeSchema = objectOf<RepairNode>()({
  node: v.string(),
  driver: v.string(),
  discard: v.picklist(['unmap', 'ignore']),
  options: v.record(v.string(), v.unknown()),
});

export const repairPlanSchema = objectOf<RepairPlan>()({
  guest: v.string(),
  guestId: maybeText,
  device: maybeText,
  image: v.string(),
  nodes: listOf(repairNodeSchema),
  taints: v.boolean(),
  persistent: fixSchema,
});

export const repairDoneSchema = objectOf<RepairDone>()({
  plan: repairPlanSchema,
  reopened: listOf(v.string()),
});
