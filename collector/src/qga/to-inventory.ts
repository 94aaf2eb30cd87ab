import { type Filesystem, type Inventory, mountSchema } from '@trimtab/protocol';
import * as v from 'valibot';
import type { InsideAddress, InsideDisk, InsideFilesystem } from '../model/guest-agent.ts';
import { toLayers } from './to-layers.ts';
import { toBase, wholeDisks } from './whole-disks.ts';

export interface InsideInventory {
  readonly inventory: Inventory;
  /** By the names that its disks have there. */
  readonly addresses: ReadonlyMap<string, InsideAddress>;
}

/**
 * What qemu-ga tells, as an inventory. What it does not tell of is null: the sizes of disks, the discard limits of
 * layers, mount options, /etc/fstab, what no trim reaches. Nothing of the guest's list of causes follows from it.
 */
export function toInventory({
  filesystems,
  disks,
  takenAt,
}: {
  filesystems: readonly InsideFilesystem[];
  disks: readonly InsideDisk[] | null;
  takenAt: number;
}): InsideInventory {
  const wholes = wholeDisks({ filesystems, disks: disks ?? [] });
  const mounted = groupMounts(filesystems.filter(({ mount }) => v.is(mountSchema, mount)));
  const told = mounted.map(({ first, others }) => ({ first, others, below: wholes.below(first) }));
  return {
    addresses: wholes.addresses,
    inventory: {
      takenAt,
      filesystems: told.map(({ first, others, below }) => toFilesystem({ first, others, below })),
      layers: toLayers({ disks: disks ?? [], wholes: [...wholes.addresses.keys()], mounted: told }),
      disks: [...wholes.addresses.keys()].map((name) => ({ ...UNTOLD_OF_DISK, name })),
      swaps: [],
      fstrimTimer: null,
      unreached: null,
      hasFstrim: null,
      facts: null,
    },
  };
}

const UNTOLD_OF_DISK = {
  sizeBytes: null,
  driver: null,
  model: null,
  serial: null,
  wwn: null,
  pciAddress: null,
  pciPath: null,
  scsiAddress: null,
  backingFile: null,
  backingMount: null,
  provisioningMode: null,
} as const;

interface Mounted {
  readonly first: InsideFilesystem;
  readonly others: readonly InsideFilesystem[];
}

/** qemu-ga tells every mount; those of one device are one filesystem, and the shortest of its mounts speaks for it. */
function groupMounts(filesystems: readonly InsideFilesystem[]): readonly Mounted[] {
  const byDevice = Map.groupBy(filesystems, ({ name, mount, kind }) => JSON.stringify([name || mount, kind]));
  return [...byDevice.values()].flatMap((same) => {
    const [first, ...others] = same.toSorted((one, other) => one.mount.length - other.mount.length);
    return first === undefined ? [] : [{ first, others }];
  });
}

function toFilesystem({ first, others, below }: Mounted & { readonly below: readonly string[] }): Filesystem {
  const { mount, kind, name, sizeBytes, usedBytes } = first;
  return {
    mount,
    alsoMountedAt: others.map((other) => other.mount),
    kind,
    source: name,
    devices: below.length === 0 ? [] : name === '' ? [...below] : [toBase(name)],
    sizeBytes,
    usedBytes,
    blockBytes: null,
    tooSmallBytes: null,
    inFstab: null,
    // Not told. What is concluded from this being so takes a trim that told of it, and one that was lost before.
    discardsOnline: false,
    obstacle: null,
  };
}
