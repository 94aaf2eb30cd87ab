import type { Inventory } from '@trimtab/protocol';
import { findGuestCauses, layersBelow } from '@trimtab/protocol/causes';
import type { DiskEvidence } from '../diagnose/evidence.ts';
import { addUpUse, estimateSlack, filesystemsOn, holdsMore } from '../diagnose/slack.ts';
import type { Extents } from '../model/image.ts';
import type { QemuCounters } from '../model/sample.ts';
import type { DiskPath } from './survey.ts';

/** What a look at one disk shows without a trim. */
export interface DiskSeen {
  readonly guest: string;
  readonly device: string;
  readonly libvirtUri: string;
  readonly path: DiskPath | null;
  /** Null while no agent speaks for the guest. */
  readonly inventory: Inventory | null;
  /** What the image takes at that moment, if it is not what the path says. */
  readonly allocationBytes: number | null;
  readonly counters: QemuCounters | null;
  readonly extents: Extents | null;
}

/** Puts together what the stages know of one disk: the ground on which causes are looked for. */
export function toDiskEvidence(seen: DiskSeen): DiskEvidence {
  const { guest, device, libvirtUri, path, inventory, allocationBytes, counters, extents } = seen;
  const image = path?.image ?? null;
  const filesystems = inventory === null ? [] : filesystemsOn(inventory, device);
  const use = inventory === null ? null : addUpUse(inventory, device);
  const slack = estimateSlack({ use, image, allocationBytes });
  return {
    ...{ guest, device, libvirtUri, image, extents, filesystems, slack },
    domain: path?.domain ?? null,
    disk: path?.match.hostDisk ?? null,
    unmatched: path === null ? 'the guest’s inventory does not hold it' : path.match.why,
    pool: path?.pool ?? null,
    passedEverBytes: counters?.passedBytes ?? null,
    failedEver: counters?.failedDiscards ?? null,
    guestFindings: inventory === null ? [] : findGuestCauses(inventory).filter(({ disks }) => disks.includes(device)),
    layers:
      inventory === null
        ? []
        : layersBelow(
            inventory,
            filesystems.flatMap(({ devices }) => devices),
          ),
    holdsMore: holdsMore(slack, allocationBytes),
    trim: null,
  };
}
