import * as v from 'valibot';
import { ALERT_RULES } from '../../model/alert.ts';
import type {
  AlertRow,
  AlertsView,
  Easing,
  NewSilence,
  PendingAlert,
  SilenceRow,
  Unsilenced,
} from '../../model/alerts-view.ts';
import type { TestedSender } from '../../ports/notices.ts';
import { faultSchema } from './causes.ts';
import { findingSchema } from './host.ts';
import { listOf, maybeText, objectOf } from './schema-of.ts';

export const acknowledgedSchema = objectOf<AlertRow>()({
  id: v.string(),
  rule: v.picklist(ALERT_RULES),
  severity: v.picklist(['warning', 'critical']),
  subject: v.string(),
  host: v.string(),
  startedAt: v.string(),
  endedAt: maybeText,
  sentence: v.string(),
  hint: maybeText,
  values: v.record(v.string(), v.number()),
  acknowledged: v.nullable(
    objectOf<NonNullable<AlertRow['acknowledged']>>()({ at: v.string(), by: maybeText, comment: maybeText }),
  ),
  easing: v.nullable(objectOf<Easing>()({ sentence: v.string(), endsInMs: v.number() })),
  silencedUntil: maybeText,
});

const silenceEntries = {
  id: v.string(),
  pattern: v.string(),
  madeAt: v.string(),
  until: v.string(),
  by: maybeText,
  comment: maybeText,
} as const;

export const silenceSchema = objectOf<SilenceRow>()(silenceEntries);
export const newSilenceSchema = objectOf<NewSilence>()({ ...silenceEntries, fits: v.boolean() });

export const unsilencedSchema = objectOf<Unsilenced>()({ removed: listOf(silenceSchema) });

export const alertsSchema = objectOf<AlertsView>()({
  takenAt: v.string(),
  firing: listOf(acknowledgedSchema),
  pending: listOf(
    objectOf<PendingAlert>()({
      rule: v.picklist(ALERT_RULES),
      subject: v.string(),
      severity: v.picklist(['warning', 'critical']),
      sentence: v.string(),
      hint: maybeText,
      startsInMs: v.number(),
    }),
  ),
  ended: listOf(acknowledgedSchema),
  silences: listOf(silenceSchema),
  findings: listOf(findingSchema),
});

export const testedSchema = objectOf<{ readonly senders: readonly TestedSender[] }>()({
  senders: listOf(
    objectOf<TestedSender>()({
      name: v.string(),
      outcome: v.union([v.literal('delivered'), faultSchema]),
    }),
  ),
});
