import type { DiskPath } from '../../model/disk-path.ts';
import type { HostDisk } from '../../model/domain.ts';
import type { RepairOutlook } from '../../model/repair.ts';
import { planReopening, type ReopeningDeps } from './plan-reopening.ts';

/**
 * For each disk of a guest that may drop discards in QEMU, whether a live repair could be carried out; by the guest's
 * name for it.
 */
export type ReadOutlooks = (paths: readonly DiskPath[]) => Promise<ReadonlyMap<string, RepairOutlook>>;

/** Nobody has agreed to a taint: an advice is asked for only where that leaves no trace. */
export function createReadOutlooks(deps: ReopeningDeps): ReadOutlooks {
  return async (paths) => {
    const outlooks = new Map<string, RepairOutlook>();
    for (const { match, domain } of paths) {
      const { hostDisk: disk } = match;
      if (domain === null || disk === null || disk.readOnly || !mayDrop(disk)) continue;
      const found = await planReopening(deps, { domain, disk, mayTaint: false });
      outlooks.set(match.disk.name, found.kind === 'possible' ? { kind: 'possible' } : found);
    }
    return outlooks;
  };
}

function mayDrop({ nodes }: HostDisk): boolean {
  return nodes.length === 0 || nodes.some(({ discard }) => discard === 'ignore');
}
