import * as v from 'valibot';
import { type DayLevel, FORECAST_KINDS, type Forecast } from '../../model/forecast.ts';
import {
  type AfterTrims,
  FILLING_KINDS,
  type ForesightDetail,
  type ForesightView,
  GROWER_KINDS,
  type Grower,
  type Growers,
  type PoolForesight,
  type StorageAnswer,
  type WorstCase,
} from '../../model/foresight.ts';
import { findingSchema } from './host.ts';
import { listOf, maybeText, measured, objectOf } from './schema-of.ts';

export const forecastSchema = objectOf<Forecast>()({
  at: v.string(),
  kind: v.picklist(FORECAST_KINDS),
  fullBetween: v.nullable(v.pipe(v.tuple([v.string(), v.string()]), v.readonly())),
  median: maybeText,
  within: v.nullable(
    objectOf<NonNullable<Forecast['within']>>()({ '7': v.number(), '30': v.number(), '90': v.number() }),
  ),
  needsDays: measured,
  growthPerDay: measured,
  lastShift: maybeText,
});

const afterTrimsSchema = objectOf<AfterTrims>()({
  comesBackBytes: v.number(),
  images: v.number(),
  forecast: forecastSchema,
});

const growersSchema = objectOf<Growers>()({
  days: v.number(),
  growthPerDay: v.number(),
  rows: listOf(
    objectOf<Grower>()({
      kind: v.picklist(GROWER_KINDS),
      image: maybeText,
      guest: maybeText,
      isNew: v.boolean(),
      growthPerDay: v.number(),
      share: measured,
    }),
  ),
});

const worstSchema = objectOf<WorstCase>()({
  overcommit: measured,
  ifAllFilled: objectOf<WorstCase['ifAllFilled']>()({
    day: maybeText,
    growthPerDay: v.number(),
    known: v.number(),
    images: v.number(),
  }),
});

const answerSchema = objectOf<StorageAnswer>()({
  addBytes: v.number(),
  without: maybeText,
  goesBytes: v.number(),
  forecast: forecastSchema,
  laterDays: measured,
});

const detailSchema = objectOf<ForesightDetail>()({
  levels: listOf(objectOf<DayLevel>()({ day: v.string(), level: v.number() })),
  withTrims: v.nullable(afterTrimsSchema),
  afterFixes: v.nullable(afterTrimsSchema),
  growers: v.nullable(growersSchema),
  worst: v.nullable(worstSchema),
  answer: v.nullable(answerSchema),
});

export const foresightSchema = objectOf<ForesightView>()({
  takenAt: v.string(),
  pools: listOf(
    objectOf<PoolForesight>()({
      pool: v.string(),
      kind: v.picklist(FILLING_KINDS),
      sizeBytes: v.number(),
      usedBytes: v.number(),
      since: v.string(),
      asItGoes: forecastSchema,
      withoutTrims: v.nullable(forecastSchema),
      detail: v.nullable(detailSchema),
    }),
  ),
  unsampled: listOf(v.string()),
  findings: listOf(findingSchema),
});
