import * as v from 'valibot';
import type { DoctorDisk, DoctorFinding, DoctorGuest, DoctorView, FillablePool } from '../../model/doctor.ts';
import { evidenceSchema, fixSchema, hopSchema } from './causes.ts';
import { findingSchema, guestStateSchema, insideViewSchema, slackSchema, sourceStateSchema } from './host.ts';
import { listOf, maybeText, measured, objectOf } from './schema-of.ts';
import { verdictSchema } from './trim.ts';

const doctorFindingSchema = objectOf<DoctorFinding>()({
  cause: v.string(),
  hop: hopSchema,
  effect: v.picklist(['lost', 'held', 'stale', 'unmeasurable', 'inconclusive', 'note']),
  mount: maybeText,
  sentence: v.string(),
  evidence: listOf(evidenceSchema),
  fix: v.nullable(fixSchema),
  page: v.string(),
  seenByTrimAt: maybeText,
});

const hopStateSchema = v.picklist(['good', 'broken', 'behind', 'unknown']);

const doctorDiskSchema = objectOf<DoctorDisk>()({
  device: maybeText,
  disk: maybeText,
  image: maybeText,
  unmatched: maybeText,
  guestFile: v.nullable(objectOf<NonNullable<DoctorDisk['guestFile']>>()({ path: v.string(), mount: maybeText })),
  hops: objectOf<DoctorDisk['hops']>()({
    trimmed: hopStateSchema,
    issued: hopStateSchema,
    received: hopStateSchema,
    passed: hopStateSchema,
    reclaimed: hopStateSchema,
    regained: hopStateSchema,
  }),
  slack: v.nullable(slackSchema),
  useToldAt: maybeText,
  nowBytes: measured,
  afterFixesBytes: measured,
  findings: listOf(doctorFindingSchema),
  lastTrim: v.nullable(
    objectOf<NonNullable<DoctorDisk['lastTrim']>>()({
      id: v.string(),
      startedAt: v.string(),
      verdict: verdictSchema,
      reclaimedBytes: measured,
      vainBytes: measured,
      keptBack: maybeText,
    }),
  ),
});

const doctorGuestSchema = objectOf<DoctorGuest>()({
  name: v.string(),
  state: guestStateSchema,
  agent: v.picklist(['connected', 'away', 'none']),
  isRevoked: v.boolean(),
  inside: insideViewSchema,
  announced: v.boolean(),
  disks: listOf(doctorDiskSchema),
  findings: listOf(doctorFindingSchema),
});

export const doctorSchema = objectOf<DoctorView>()({
  takenAt: v.string(),
  guests: listOf(doctorGuestSchema),
  sum: objectOf<DoctorView['sum']>()({
    nowBytes: measured,
    afterFixesBytes: measured,
    unknownDisks: v.number(),
  }),
  fillable: listOf(
    objectOf<FillablePool>()({
      key: v.string(),
      kind: v.string(),
      sizeBytes: v.number(),
      freeBytes: v.number(),
      capacityBytes: v.number(),
      allocationBytes: v.number(),
      overcommit: v.number(),
    }),
  ),
  estimateError: v.nullable(
    objectOf<NonNullable<DoctorView['estimateError']>>()({
      trims: v.number(),
      medianBytes: v.number(),
      withinBounds: v.number(),
    }),
  ),
  sources: listOf(sourceStateSchema),
  findings: listOf(findingSchema),
});
