import { requestIdSchema, trimIdSchema } from '@trimtab/protocol';
import * as v from 'valibot';
import type { SeenByHost, TrimEvent } from '../../model/trim-event.ts';
import { faultSchema } from './causes.ts';
import { listOf, maybeText, measured, objectOf, unionOf } from './schema-of.ts';
import { trimSchema } from './trim.ts';

type EventOf<Name extends TrimEvent['event']> = Extract<TrimEvent, { event: Name }>;

const mounts = listOf(v.string());

export const TRIM_EVENTS = {
  requested: objectOf<EventOf<'requested'>>()({
    event: v.literal('requested'),
    requestId: requestIdSchema,
    guest: v.string(),
    visit: v.exactOptional(v.object({ nextAt: maybeText, until: v.string() })),
  }),
  intended: objectOf<EventOf<'intended'>>()({
    event: v.literal('intended'),
    trimId: trimIdSchema,
    mounts,
  }),
  granted: objectOf<EventOf<'granted'>>()({
    event: v.literal('granted'),
    trimId: trimIdSchema,
    images: listOf(v.string()),
  }),
  started: objectOf<EventOf<'started'>>()({
    event: v.literal('started'),
    trimId: trimIdSchema,
  }),
  progress: objectOf<EventOf<'progress'>>()({
    event: v.literal('progress'),
    trimId: trimIdSchema,
    mount: v.nullable(v.string()),
    index: v.number(),
    of: v.number(),
    elapsedMs: v.number(),
    issuedBytes: measured,
    host: v.exactOptional(objectOf<SeenByHost>()({ passedBytes: measured, reclaimedBytes: measured })),
  }),
  settling: objectOf<EventOf<'settling'>>()({
    event: v.literal('settling'),
    trimId: trimIdSchema,
  }),
  again: objectOf<EventOf<'again'>>()({
    event: v.literal('again'),
    trimId: trimIdSchema,
    mounts,
  }),
  finished: objectOf<EventOf<'finished'>>()({
    event: v.literal('finished'),
    trimId: trimIdSchema,
    result: trimSchema,
  }),
  refused: objectOf<EventOf<'refused'>>()({
    event: v.literal('refused'),
    problem: faultSchema,
  }),
} as const;

export const trimEventSchema = unionOf<TrimEvent>()('event', Object.values(TRIM_EVENTS));
