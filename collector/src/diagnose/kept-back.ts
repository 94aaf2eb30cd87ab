import { isExt } from '@trimtab/protocol';
import { habitsOf } from '@trimtab/protocol/causes';
import type { DiskEvidence } from './evidence.ts';

/**
 * What the filesystems of a disk leave out of the next trim since one that was lost, though nothing stands in its way
 * any more: the middle of a sentence. They may have been mounted anew since, which nobody tells. ext4 is had to send
 * everything again by that trim itself.
 */
export function tellKeptBack({ past, filesystems }: Pick<DiskEvidence, 'past' | 'filesystems'>): string | null {
  if (!past.lostBefore) return null;
  const told = filesystems.flatMap(({ kind, obstacle }) => {
    const memory = habitsOf(kind)?.memory ?? null;
    if (memory === null || obstacle !== null || isExt(kind)) return [];
    return [`${kind} does not send again ${memory.what} until ${memory.until}`];
  });
  return told.length === 0 ? null : [...new Set(told)].join(', and ');
}
