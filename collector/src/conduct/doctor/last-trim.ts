import type { LastTrim, LastTrims } from '../../diagnose/last-trim.ts';
import { isConclusive } from '../../model/trim-result.ts';
import type { PastTrim } from '../../model/trim-summary.ts';

/**
 * The trims of this disk: by its image, since names of disks are used again, and no agent may be here to tell this one's;
 * by its name where no image was matched then.
 */
export function findLastTrims({
  trims,
  device,
  image,
  bootId,
}: {
  /** The newest first. */
  trims: readonly PastTrim[];
  /** The guest's name for it; null while no agent says. */
  device: string | null;
  /** Where the hypervisor says that it is, whether or not it can be read now. */
  image: string | null;
  bootId: string | null;
}): Omit<LastTrims, 'told'> {
  const own = trims.flatMap((trim): LastTrim[] => {
    const disk = trim.disks.find((one) => (one.image === null ? one.device === device : one.image === image));
    return disk === undefined ? [] : [{ trim, disk, isOfThisBoot: bootId !== null && trim.bootId === bootId }];
  });
  return {
    newest: own[0] ?? null,
    telling: own.find(({ disk }) => disk.image !== null && isConclusive(disk.verdict)) ?? null,
  };
}
