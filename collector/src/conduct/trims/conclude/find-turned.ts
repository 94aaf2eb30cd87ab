import type { Inventory, TrimReport } from '@trimtab/protocol';
import { findGuestCauses, type GuestFinding } from '@trimtab/protocol/causes';

/** What stands in the way of a disk's discards by what its layers said after the trim, and did not before it. */
export function findTurned({
  inventory,
  report,
  device,
}: {
  inventory: Inventory | null;
  report: Pick<TrimReport, 'limitsAfter'>;
  device: string;
}): readonly GuestFinding[] {
  if (inventory === null || report.limitsAfter.length === 0) return [];
  const before = findGuestCauses(inventory);
  const isKnown = (found: GuestFinding) =>
    before.some(({ cause, mount }) => cause.id === found.cause.id && mount === found.mount);
  return findGuestCauses(withLimits(inventory, report)).filter(
    (found) => found.disks.includes(device) && !isKnown(found),
  );
}

/** The guest as it was after the trim, as far as discards go. */
function withLimits(inventory: Inventory, { limitsAfter }: Pick<TrimReport, 'limitsAfter'>): Inventory {
  const after = new Map(limitsAfter.map((limits) => [limits.name, limits]));
  return {
    ...inventory,
    layers: inventory.layers.map((layer) => ({ ...layer, discard: after.get(layer.name)?.discard ?? layer.discard })),
    disks: inventory.disks.map((disk) => ({
      ...disk,
      provisioningMode: after.get(disk.name)?.provisioningMode ?? disk.provisioningMode,
    })),
  };
}
