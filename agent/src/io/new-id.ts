import { randomUUID } from 'node:crypto';
import type { TrimId } from '@trimtab/protocol';

export function newTrimId(): TrimId {
  return randomUUID() as string as TrimId;
}
