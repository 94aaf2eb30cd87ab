import * as v from 'valibot';
import { FILLING_KINDS } from '../../model/foresight.ts';
import type { ForecastRecord, ReportLoss, ReportPool, ReportRow, ReportView, ToldSum } from '../../model/report.ts';
import type { SeriesPoint } from '../../model/series.ts';
import { hopSchema } from './causes.ts';
import { forecastSchema } from './foresight.ts';
import { listOf, maybeText, measured, objectOf } from './schema-of.ts';
import { verdictSchema } from './trim.ts';

const toldSumSchema = objectOf<ToldSum>()({ bytes: v.number(), untold: v.number() });

export const reportSchema = objectOf<ReportView>()({
  since: v.string(),
  until: v.string(),
  rows: listOf(
    objectOf<ReportRow>()({
      day: v.string(),
      guest: v.string(),
      trims: v.number(),
      trimmed: toldSumSchema,
      reclaimed: toldSumSchema,
    }),
  ),
  verdicts: listOf(objectOf<ReportView['verdicts'][number]>()({ verdict: verdictSchema, disks: v.number() })),
  losses: listOf(
    objectOf<ReportLoss>()({
      verdict: verdictSchema,
      hop: v.nullable(hopSchema),
      cause: maybeText,
      disks: v.number(),
      guests: listOf(v.string()),
    }),
  ),
  pools: listOf(
    objectOf<ReportPool>()({
      pool: v.string(),
      points: listOf(
        objectOf<SeriesPoint>()({
          at: v.number(),
          levelBytes: v.number(),
          leastBytes: v.number(),
          mostBytes: v.number(),
          limitBytes: measured,
          samples: v.number(),
        }),
      ),
    }),
  ),
  forecasts: listOf(
    objectOf<ForecastRecord>()({
      pool: v.string(),
      kind: v.picklist(FILLING_KINDS),
      foreseenOn: v.string(),
      first: forecastSchema,
      last: forecastSchema,
      foretoldBytes: measured,
      grewBytes: v.number(),
    }),
  ),
  stillToBeHad: objectOf<ReportView['stillToBeHad']>()({
    nowBytes: measured,
    afterFixesBytes: measured,
    unknownDisks: v.number(),
  }),
});
