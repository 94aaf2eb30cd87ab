import { type Evidence, type Fix, HOPS, type Hop } from '@trimtab/protocol/causes';
import type { FaultDetail } from '@trimtab/protocol/shared';
import * as v from 'valibot';
import { listOf, maybeText, objectOf } from './schema-of.ts';

export const hopSchema = v.picklist(HOPS) satisfies v.GenericSchema<Hop>;

export const evidenceSchema = objectOf<Evidence>()({
  fact: v.string(),
  value: v.string(),
});

export const fixSchema = objectOf<Fix>()({
  on: v.picklist(['guest', 'host']),
  first: v.exactOptional(v.string()),
  commands: listOf(v.string()),
  note: maybeText,
  needsPowerCycle: v.boolean(),
});

/** An error: of the API as `{"error": FaultDetail}`, of a guest as the `problem` of a refused request. */
export const faultSchema = objectOf<FaultDetail>()({
  code: v.string(),
  operation: v.string(),
  subject: v.string(),
  cause: v.string(),
  hint: maybeText,
});
