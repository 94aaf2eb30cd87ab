import type { LastTrim, LastTrims } from '../../diagnose/last-trim.ts';
import { isConclusive } from '../../model/trim-result.ts';
import type { PastTrim } from '../../model/trim-summary.ts';

/** The trims of this disk. Of this image: names of disks are used again. */
export function findLastTrims({
  trims,
  device,
  image,
  bootId,
}: {
  /** The newest first. */
  trims: readonly PastTrim[];
  device: string;
  image: string | null;
  bootId: string | null;
}): Omit<LastTrims, 'told'> {
  const own = trims.flatMap((trim): LastTrim[] => {
    const disk = trim.disks.find((one) => one.device === device && (one.image === null || one.image === image));
    return disk === undefined ? [] : [{ trim, disk, isOfThisBoot: bootId !== null && trim.bootId === bootId }];
  });
  return {
    newest: own[0] ?? null,
    telling: own.find(({ disk }) => disk.image !== null && isConclusive(disk.verdict)) ?? null,
  };
}
