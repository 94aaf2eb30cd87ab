import { randomBytes, randomUUID } from 'node:crypto';
import type { TrimId } from '@trimtab/protocol';

export function newTrimId(): TrimId {
  return randomUUID() as string as TrimId;
}

/** Of a stream over the channel (STREAM_ID of protocol/src/channel). */
export function newStreamId(): string {
  return randomBytes(8).toString('hex');
}
