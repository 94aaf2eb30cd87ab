import { type Inventory, stacksOf } from '@trimtab/protocol';
import { findGuestCauses } from '@trimtab/protocol/causes';
import { readGuestFile } from '../../correlate/guest-file.ts';
import { boundByImage } from '../../diagnose/bound-by-image.ts';
import type { DiskEvidence } from '../../diagnose/evidence.ts';
import { addUpOutside, measureOutside } from '../../diagnose/outside.ts';
import type { PastTrims } from '../../diagnose/past-trims.ts';
import { addUpUse, estimateSlack, holdsMore } from '../../diagnose/slack.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { Extents } from '../../model/image.ts';
import type { Qcow2Tables } from '../../model/qcow2-tables.ts';
import type { RepairOutlook } from '../../model/repair.ts';
import type { QemuCounters } from '../../model/sample.ts';
import type { Outside, Slack } from '../../model/slack.ts';

/** One disk at one moment, as far as its slack goes. */
interface DiskMoment {
  readonly device: string;
  readonly path: DiskPath | null;
  /** Null while no agent speaks for the guest. */
  readonly inventory: Inventory | null;
  /** The mounts that a trim covered; null without one: then all count. */
  readonly covered: ReadonlySet<string> | null;
  /** What the image takes at that moment. */
  readonly allocationBytes: number | null;
  /** What a good trim left above use (see `readLeftByTrims`). */
  readonly leftBytes: number | null;
}

/** What is known of one disk without a trim. */
export interface DiskSeen extends DiskMoment {
  readonly guest: string;
  readonly counters: QemuCounters | null;
  readonly extents: Extents | null;
  readonly tables: Qcow2Tables | null;
  readonly past: PastTrims;
  /** As `DiskEvidence.isOff`. */
  readonly isOff: boolean;
  /** Could a live repair of it be carried out? Null where nobody asked. */
  readonly repair: RepairOutlook | null;
}

/** Puts together what the stages know of one disk: all that causes are told from. */
export function toDiskEvidence(seen: DiskSeen): DiskEvidence {
  const { guest, device, path, inventory, allocationBytes, counters, extents, tables, past, isOff, repair } = seen;
  const stacks = inventory === null ? [] : stacksOf(inventory).filter(({ disks }) => disks.includes(device));
  const told = inventory === null ? [] : findGuestCauses(inventory).filter(({ disks }) => disks.includes(device));
  const slack = estimateSlackOf(seen);
  return {
    guest,
    device,
    extents,
    tables,
    allocationBytes,
    past,
    isOff,
    repair,
    slack,
    outside: measureOutsideOf(seen),
    domain: path?.domain ?? null,
    disk: path?.match.hostDisk ?? null,
    image: path?.image ?? null,
    guestFile: readGuestFile({ inventory, device, domain: path?.domain ?? null }),
    unmatched: path === null ? 'the guest’s inventory does not hold it' : path.match.why,
    pool: path?.pool ?? null,
    passedEverBytes: counters?.passedBytes ?? null,
    failedEver: counters?.failedDiscards ?? null,
    droppedBy: counters?.droppedBy ?? null,
    guestFindings: boundByImage(told, { image: path?.image ?? null, allocationBytes }),
    filesystems: stacks.map(({ filesystem }) => filesystem),
    layers: [...new Map(stacks.flatMap(({ layers }) => layers.map((layer) => [layer.name, layer]))).values()],
    holdsMore: holdsMore(slack, allocationBytes),
    trim: null,
  };
}

export function estimateSlackOf({
  device,
  path,
  inventory,
  covered,
  allocationBytes,
  leftBytes,
}: DiskMoment): Slack | null {
  const use = inventory === null ? null : addUpUse(inventory, device, { covered, capacityBytes: toCapacity(path) });
  const outsideBytes = inventory === null ? null : addUpOutside(inventory, device);
  return estimateSlack({ use, image: path?.image ?? null, allocationBytes, leftBytes, outsideBytes });
}

/** Whatever a trim covered: what is outside of all filesystems stays so. */
function measureOutsideOf({ device, path, inventory, allocationBytes, leftBytes }: DiskMoment): Outside | null {
  const use = inventory === null ? null : addUpUse(inventory, device, { capacityBytes: toCapacity(path) });
  return measureOutside({ inventory, device, use, image: path?.image ?? null, allocationBytes, leftBytes });
}

const toCapacity = (path: DiskPath | null) => path?.image?.capacityBytes ?? null;
