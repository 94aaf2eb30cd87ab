import { type RequestId, requestIdSchema } from '@trimtab/protocol';
import { objectOf } from './schema-of.ts';

/** The id by which a request is watched and cancelled. */
export interface RequestAnswer {
  readonly requestId: RequestId;
}

export const requestSchema = objectOf<RequestAnswer>()({ requestId: requestIdSchema });

/** The answer of what says nothing more. */
export type Nothing = Readonly<Record<never, never>>;

export const nothingSchema = objectOf<Nothing>()({});
