import type { LastTrim } from '../../diagnose/diagnose-disk.ts';
import { isConclusive, type TrimResult } from '../../model/trim-result.ts';

/** The newest trim that says something of this disk. Of this image: names of guests and disks are used again. */
export function findLastTrim({
  trims,
  device,
  image,
  bootId,
}: {
  /** The newest first. */
  trims: readonly TrimResult[];
  device: string;
  image: string | null;
  bootId: string | null;
}): LastTrim | null {
  for (const trim of trims) {
    const disk = trim.disks.find((one) => one.device === device && one.image !== null && one.image === image);
    if (disk === undefined || !isConclusive(disk.verdict)) continue;
    return { trim, disk, isOfThisBoot: bootId !== null && trim.bootId === bootId };
  }
  return null;
}
