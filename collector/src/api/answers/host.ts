import * as v from 'valibot';
import { type Finding, SOURCES, type SourceState } from '../../model/domain.ts';
import type { InsideAllows } from '../../model/guest-agent.ts';
import { INSIDES } from '../../model/guest-inside.ts';
import type { Slack } from '../../model/slack.ts';
import { GUEST_STATES, type InsideView } from '../../model/status.ts';
import { maybeText, measured, objectOf } from './schema-of.ts';

export const sourceSchema = v.picklist(SOURCES);

export const guestStateSchema = v.picklist(GUEST_STATES);

export const sourceStateSchema = objectOf<SourceState>()({
  source: sourceSchema,
  used: v.boolean(),
  sentence: v.string(),
  answeredAt: measured,
});

export const insideSchema = v.picklist(INSIDES);

export const insideViewSchema = objectOf<InsideView>()({
  kind: v.picklist([...INSIDES, 'none']),
  version: maybeText,
  allows: v.nullable(objectOf<InsideAllows>()({ fstrim: v.nullable(v.boolean()), fsinfo: v.nullable(v.boolean()) })),
  why: maybeText,
  hint: maybeText,
});

export const findingSchema = objectOf<Finding>()({
  subject: v.string(),
  sentence: v.string(),
  hint: maybeText,
});

export const slackSchema = objectOf<Slack>()({
  estimateBytes: measured,
  leastBytes: v.number(),
  mostBytes: v.number(),
  reserveBytes: v.exactOptional(v.number()),
});
