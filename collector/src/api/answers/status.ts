import * as v from 'valibot';
import { SOURCES } from '../../model/domain.ts';
import type { PoolState } from '../../model/pool.ts';
import type { ImageRow, PoolForecast, StatusView, UnclaimedImage } from '../../model/status.ts';
import { forecastSchema } from './foresight.ts';
import { findingSchema, insideViewSchema, sourceStateSchema } from './host.ts';
import { listOf, maybeText, measured, objectOf } from './schema-of.ts';

const poolSchema = objectOf<PoolState>()({
  key: v.string(),
  kind: v.string(),
  sizeBytes: v.number(),
  freeBytes: v.number(),
  capacityBytes: v.number(),
  allocationBytes: v.number(),
  overcommit: v.number(),
  metadata: v.nullable(
    objectOf<NonNullable<PoolState['metadata']>>()({
      sizeBytes: v.number(),
      usedBytes: v.number(),
    }),
  ),
  chunkBytes: measured,
  discards: v.nullable(v.picklist(['ignore', 'nopassdown', 'passdown'])),
  whenFull: v.string(),
  nfsVersion: maybeText,
  reflink: v.nullable(v.boolean()),
});

const imageRowSchema = objectOf<ImageRow>()({
  path: v.string(),
  pool: maybeText,
  kind: v.picklist(['file', 'thin-volume', 'thick-volume', 'block-device', 'zvol', 'rbd', 'other']),
  format: v.string(),
  capacityBytes: measured,
  allocationBytes: measured,
  physicalBytes: measured,
  unmeasured: maybeText,
  guest: v.string(),
  inside: insideViewSchema,
  source: v.picklist(SOURCES),
  readOnly: v.boolean(),
  disk: v.string(),
  device: maybeText,
  matchedBy: maybeText,
  unmatched: maybeText,
  discard: v.nullable(v.picklist(['unmap', 'ignore'])),
});

const unclaimedSchema = objectOf<UnclaimedImage>()({
  path: v.string(),
  pool: maybeText,
  allocationBytes: v.number(),
  physicalBytes: v.number(),
});

export const statusSchema = objectOf<StatusView>()({
  takenAt: v.string(),
  surveyedAt: v.string(),
  askedAt: v.string(),
  pools: listOf(poolSchema),
  images: listOf(imageRowSchema),
  unclaimed: listOf(unclaimedSchema),
  sources: listOf(sourceStateSchema),
  findings: listOf(findingSchema),
  firingAlerts: v.number(),
  forecasts: listOf(objectOf<PoolForecast>()({ pool: v.string(), forecast: forecastSchema })),
});
