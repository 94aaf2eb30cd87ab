import { requestIdSchema, trimIdSchema } from '@trimtab/protocol';
import * as v from 'valibot';
import type { TrimmedFilesystem, TrimmedOutcome } from '../../model/trim-account.ts';
import { type DiskResult, type Hops, type TrimResult, VERDICTS } from '../../model/trim-result.ts';
import type { DiskSummary, FilesystemSummary, HistoryPage, TrimSummary } from '../../model/trim-summary.ts';
import { evidenceSchema, fixSchema, hopSchema } from './causes.ts';
import { askedBySchema } from './enrolment.ts';
import { insideSchema, slackSchema } from './host.ts';
import { listOf, maybeText, measured, objectOf, unionOf } from './schema-of.ts';

export const verdictSchema = v.picklist(VERDICTS);

const hopsSchema = objectOf<Hops>()({
  trimmedBytes: measured,
  issuedBytes: measured,
  receivedBytes: measured,
  passedBytes: measured,
  reclaimedBytes: measured,
  regainedBytes: measured,
});

const diskResultSchema = objectOf<DiskResult>()({
  device: v.string(),
  image: maybeText,
  matchedBy: maybeText,
  hops: hopsSchema,
  reclaimedBetween: v.nullable(
    objectOf<NonNullable<DiskResult['reclaimedBetween']>>()({
      leastBytes: v.number(),
      mostBytes: v.number(),
    }),
  ),
  slack: v.nullable(slackSchema),
  writtenBytes: measured,
  allocationBytes: objectOf<DiskResult['allocationBytes']>()({
    before: measured,
    after: measured,
  }),
  verdict: verdictSchema,
  lostAt: v.nullable(hopSchema),
  cause: maybeText,
  sentence: v.string(),
  evidence: listOf(evidenceSchema),
  fix: maybeText,
  remedy: v.nullable(fixSchema),
  needsPowerCycle: v.nullable(v.boolean()),
  page: maybeText,
  contradictions: listOf(evidenceSchema),
  gaps: listOf(evidenceSchema),
});

type OutcomeOf<Status extends TrimmedOutcome['status']> = Extract<TrimmedOutcome, { status: Status }>;

const outcomeSchema = unionOf<TrimmedOutcome>()('status', [
  objectOf<OutcomeOf<'done'>>()({
    status: v.literal('done'),
    trimmedBytes: measured,
  }),
  objectOf<OutcomeOf<'unsupported'>>()({
    status: v.literal('unsupported'),
    message: v.string(),
    hint: maybeText,
  }),
  objectOf<OutcomeOf<'failed'>>()({
    status: v.literal('failed'),
    message: v.string(),
    hint: maybeText,
  }),
  objectOf<OutcomeOf<'cancelled'>>()({
    status: v.literal('cancelled'),
    message: v.string(),
  }),
]);

const filesystemSchema = objectOf<TrimmedFilesystem>()({
  mount: v.string(),
  kind: v.string(),
  disks: v.array(v.string()),
  durationMs: v.nullable(v.number()),
  outcome: outcomeSchema,
  again: v.boolean(),
});

export const trimSchema = objectOf<TrimResult>()({
  id: trimIdSchema,
  guest: v.string(),
  inside: insideSchema,
  trigger: v.picklist(['scheduled', 'requested', 'caught-up']),
  requestId: v.nullable(requestIdSchema),
  askedBy: v.nullable(askedBySchema),
  startedAt: v.string(),
  toldStartedAt: maybeText,
  durationMs: v.nullable(v.number()),
  bootId: maybeText,
  curedBy: v.nullable(trimIdSchema),
  amendedAt: maybeText,
  libvirtNoted: v.nullable(v.picklist(['now', 'before'])),
  reported: v.boolean(),
  filesystems: listOf(filesystemSchema),
  disks: listOf(diskResultSchema),
});

const diskSummarySchema = objectOf<DiskSummary>()({
  device: v.string(),
  image: maybeText,
  hops: hopsSchema,
  slack: v.nullable(slackSchema),
  writtenBytes: measured,
  verdict: verdictSchema,
  lostAt: v.nullable(hopSchema),
  cause: maybeText,
});

const filesystemSummarySchema = objectOf<FilesystemSummary>()({
  mount: v.string(),
  disks: listOf(v.string()),
  again: v.boolean(),
  outcome: unionOf<FilesystemSummary['outcome']>()('status', [
    objectOf<Extract<FilesystemSummary['outcome'], { status: 'done' }>>()({
      status: v.literal('done'),
      trimmedBytes: measured,
    }),
    objectOf<Exclude<FilesystemSummary['outcome'], { status: 'done' }>>()({
      status: v.picklist(['unsupported', 'failed', 'cancelled']),
    }),
  ]),
});

const trimSummarySchema = objectOf<TrimSummary>()({
  id: trimIdSchema,
  guest: v.string(),
  inside: insideSchema,
  trigger: v.picklist(['scheduled', 'requested', 'caught-up']),
  requestId: v.nullable(requestIdSchema),
  startedAt: v.string(),
  durationMs: v.nullable(v.number()),
  bootId: maybeText,
  curedBy: v.nullable(trimIdSchema),
  amendedAt: maybeText,
  libvirtNoted: v.nullable(v.picklist(['now', 'before'])),
  reported: v.boolean(),
  trimmedBytes: measured,
  reclaimedBytes: measured,
  verdicts: listOf(
    objectOf<TrimSummary['verdicts'][number]>()({ verdict: verdictSchema, lostAt: v.nullable(hopSchema) }),
  ),
  filesystems: v.nullable(listOf(filesystemSummarySchema)),
  disks: v.nullable(listOf(diskSummarySchema)),
});

export const historySchema = objectOf<HistoryPage>()({
  trims: listOf(trimSummarySchema),
  older: v.nullable(v.number()),
});
