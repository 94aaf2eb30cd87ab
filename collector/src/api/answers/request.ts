import { type RequestId, requestIdSchema } from '@trimtab/protocol';
import * as v from 'valibot';
import type { AskedGuests } from '../../ports/desk/trims.ts';
import { faultSchema } from './causes.ts';
import { listOf, objectOf } from './schema-of.ts';

/** The id by which a request is watched and cancelled. */
export interface RequestAnswer {
  readonly requestId: RequestId;
}

export const requestSchema = objectOf<RequestAnswer>()({ requestId: requestIdSchema });

export const askedGuestsSchema = objectOf<AskedGuests>()({
  asked: listOf(objectOf<AskedGuests['asked'][number]>()({ guest: v.string(), requestId: requestIdSchema })),
  refused: listOf(objectOf<AskedGuests['refused'][number]>()({ guest: v.string(), error: faultSchema })),
});

/** The answer of what says nothing more. */
export type Nothing = Readonly<Record<never, never>>;

export const nothingSchema = objectOf<Nothing>()({});
