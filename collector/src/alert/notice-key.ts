import { createHash } from 'node:crypto';

/**
 * The same for a notice however often it is sent, so that a receiver can tell what it has already. An id may hold the
 * name of a guest: this is safe in a header, a topic and a message id.
 */
export function toNoticeKey(id: string): string {
  return createHash('sha256').update(id).digest('hex').slice(0, KEY_LENGTH);
}

const KEY_LENGTH = 32;
