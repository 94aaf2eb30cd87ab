import { inventorySchema } from '@trimtab/protocol';
import * as v from 'valibot';
import { GUEST_PROOFS, type GuestRow, type GuestsView } from '../../model/status.ts';
import { heldSchema } from './enrolment.ts';
import { findingSchema, guestStateSchema, insideViewSchema, sourceSchema } from './host.ts';
import { listOf, maybeText, objectOf } from './schema-of.ts';

const VISITING = ['timer', 'doorman', 'doorbell'] as const;

const guestRowSchema = objectOf<GuestRow>()({
  name: v.string(),
  id: maybeText,
  source: v.nullable(sourceSchema),
  seenBy: listOf(sourceSchema),
  state: guestStateSchema,
  agent: v.nullable(
    objectOf<NonNullable<GuestRow['agent']>>()({
      version: v.string(),
      connected: v.boolean(),
      lastSeenAt: v.string(),
      starter: v.nullable(v.picklist(VISITING)),
      nextVisitAt: maybeText,
    }),
  ),
  inside: insideViewSchema,
  proof: v.nullable(v.picklist(GUEST_PROOFS)),
  isRevoked: v.boolean(),
  trimmable: v.nullable(objectOf<NonNullable<GuestRow['trimmable']>>()({ filesystems: v.number(), outOf: v.number() })),
  inventory: v.nullable(inventorySchema),
});

export const guestsSchema = objectOf<GuestsView>()({
  takenAt: v.string(),
  guests: listOf(guestRowSchema),
  held: listOf(heldSchema),
  findings: listOf(findingSchema),
});
