import { listTrimmed } from './causes/withheld.ts';
import type { TrimmedDisk } from './evidence.ts';

/**
 * Why the filesystems of a trim may have kept back what the image still holds, a part of a sentence each, by what is
 * known of their kinds.
 */
export function tellMemory(evidence: TrimmedDisk): readonly string[] {
  if (evidence.trim.again) return [];
  const told = listTrimmed(evidence).flatMap(({ filesystem: { kind }, habits }) => {
    if (habits === null) return [`whether ${kind} sends again what it has sent before is not known`];
    const { memory } = habits;
    return memory === null ? [] : [`${kind} does not send again ${memory.what} until ${memory.until}`];
  });
  return [...new Set(told)];
}
