import { type Inventory, stacksOf } from '@trimtab/protocol';
import type { TrimSeen } from '../../../diagnose/evidence.ts';
import { isSignificant } from '../../../model/significant.ts';
import type { TrimAccount } from '../../../model/trim-account.ts';

/** In which order filesystems in files of others were trimmed, as far as it concerns one disk. */
export function readNesting({
  inventory,
  report,
  device,
}: {
  inventory: Inventory | null;
  report: Pick<TrimAccount, 'filesystems'>;
  device: string;
}): Pick<TrimSeen, 'isHolderTrimmed' | 'insideLater'> {
  const orderOf = new Map(report.filesystems.map(({ mount }, index) => [mount, index]));
  const own = report.filesystems.filter(({ disks }) => disks.includes(device));
  const disk = inventory?.disks.find(({ name }) => name === device);
  const holderAt = orderOf.get(disk?.backingMount ?? '') ?? -1;
  const holder = report.filesystems[holderAt];
  const isAfter = own.every(({ mount }) => (orderOf.get(mount) ?? 0) < holderAt);
  return {
    isHolderTrimmed: holder?.outcome.status === 'done' && isAfter,
    insideLater: inventory === null ? [] : listInsideLater({ inventory, report, device, orderOf }),
  };
}

function listInsideLater({
  inventory,
  report,
  device,
  orderOf,
}: {
  inventory: Inventory;
  report: Pick<TrimAccount, 'filesystems'>;
  device: string;
  orderOf: ReadonlyMap<string, number>;
}): TrimSeen['insideLater'] {
  const holders = stacksOf(inventory).filter(({ disks }) => disks.includes(device));
  return report.filesystems.flatMap(({ mount, disks, outcome }, index) => {
    if (outcome.status !== 'done' || !isSignificant(outcome.trimmedBytes)) return [];
    const files = inventory.disks.filter(({ name, backingFile }) => backingFile !== null && disks.includes(name));
    const isInside = holders.some(({ filesystem }) => {
      const points = [filesystem.mount, ...filesystem.alsoMountedAt];
      const isHeld = files.some(
        ({ backingFile, backingMount }) =>
          backingMount === filesystem.mount ||
          // An older agent does not say: its file may be there.
          (backingMount === null && points.some((point) => isBelow({ path: backingFile ?? '', point }))),
      );
      return isHeld && (orderOf.get(filesystem.mount) ?? index) < index;
    });
    return isInside ? [{ mount, trimmedBytes: outcome.trimmedBytes }] : [];
  });
}

function isBelow({ path, point }: { path: string; point: string }): boolean {
  return path.startsWith(point.endsWith('/') ? point : `${point}/`);
}
