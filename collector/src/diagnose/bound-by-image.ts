import type { GuestFinding } from '@trimtab/protocol/causes';
import { readTaken, type TakingImage } from './slack.ts';

/**
 * What a guest tells of space that the host may hold, with the smaller of two bounds: the size of the place, and all
 * that the image takes. Where the image takes nothing, nothing is held. A place on several disks is left as it is told.
 */
export function boundByImage(
  findings: readonly GuestFinding[],
  taking: { readonly image: TakingImage | null; readonly allocationBytes: number | null },
): readonly GuestFinding[] {
  const taken = readTaken(taking);
  if (taken === null) return findings;
  return findings.flatMap((finding) => {
    const { held, disks } = finding;
    if (held === undefined || disks.length > 1 || taken.bytes >= held.mostBytes) return finding;
    return taken.bytes === 0 ? [] : { ...finding, sentence: held.tellLess(taken.bytes) };
  });
}
