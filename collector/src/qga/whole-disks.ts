import { LIST_LIMIT } from '@trimtab/protocol';
import type { InsideAddress, InsideDisk, InsideFilesystem } from '../model/guest-agent.ts';

export interface WholeDisks {
  /** By name: as the guest calls it (`vda`), or by what else it is known where that is not told. */
  readonly addresses: ReadonlyMap<string, InsideAddress>;
  /** The names of those below a filesystem. */
  below(filesystem: InsideFilesystem): readonly string[];
}

/**
 * The whole disks of a guest: those that it lists, and those that it tells of below filesystems. Of no more than an
 * agent may tell of: the rest counts as not told.
 */
export function wholeDisks({
  filesystems,
  disks,
}: {
  filesystems: readonly InsideFilesystem[];
  disks: readonly InsideDisk[];
}): WholeDisks {
  const known = createKnown();
  for (const { name, isPartition, address } of disks)
    if (address !== null && !isPartition) known.add(toBase(name), address);
  const nameOf = createNameOf(disks, known);
  for (const address of filesystems.flatMap((filesystem) => filesystem.disks)) {
    const name = nameOf(address);
    if (name !== null) known.add(name, complete({ known: known.addresses.get(name) ?? null, told: address }));
  }
  return {
    addresses: known.addresses,
    below: (filesystem) => {
      const names = new Set(filesystem.disks.flatMap((address) => nameOf(address) ?? []));
      return [...names].filter((name) => known.addresses.has(name));
    },
  };
}

/** `/dev/vda1` → `vda1`, `\\.\PhysicalDrive0` → `PhysicalDrive0`. */
export function toBase(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
}

interface Known {
  readonly addresses: ReadonlyMap<string, InsideAddress>;
  add(name: string, address: InsideAddress): void;
  /** The name of the first that is the same. */
  find(address: InsideAddress): string | null;
}

/** Disks by name, and by all else: a guest may tell of thousands below each of thousands of filesystems. */
function createKnown(): Known {
  const addresses = new Map<string, InsideAddress>();
  const first = new Map<string, string>();
  return {
    addresses,
    add(name, address) {
      if (addresses.size >= LIST_LIMIT && !addresses.has(name)) return;
      addresses.set(name, address);
      for (const key of keysOf(address)) if (!first.has(key)) first.set(key, name);
    },
    find(address) {
      for (const key of keysOf(address)) {
        const name = first.get(key);
        const other = name === undefined ? undefined : addresses.get(name);
        if (name !== undefined && other !== undefined && isSame(address, other)) return name;
      }
      return null;
    },
  };
}

function keysOf({ target, serial, pciAddress, place }: InsideAddress): readonly string[] {
  return [
    ...(target === null ? [] : [`target ${target}`]),
    ...(serial === null ? [] : [`serial ${serial}`]),
    ...(pciAddress === null ? [] : [`pci ${pciAddress} ${place?.bus} ${place?.target} ${place?.unit}`]),
  ];
}

/** What qemu-ga tells below a filesystem is a partition, where there is one; its disk is in the list, or in its name. */
function createNameOf(disks: readonly InsideDisk[], known: Known) {
  const parents = new Map(
    disks.flatMap(({ name, isPartition, dependencies: [parent] }) =>
      isPartition && parent !== undefined ? [[toBase(name), toBase(parent)] as const] : [],
    ),
  );
  return (address: InsideAddress): string | null => {
    if (address.device === null) return known.find(address) ?? address.target ?? address.serial ?? address.pciAddress;
    const base = toBase(address.device);
    return parents.get(base) ?? (known.addresses.has(base) ? base : withoutPartition(base));
  };
}

/** Documentation/admin-guide/devices.txt: `vda1`, `nvme0n1p1`, `mmcblk0p1`. */
function withoutPartition(base: string): string {
  return base.replace(/^((?:x?v|s|h)d[a-z]+)\d+$/, '$1').replace(/^((?:nvme\d+n|mmcblk|md|nbd)\d+)p\d+$/, '$1');
}

function isSame(one: InsideAddress, other: InsideAddress): boolean {
  if (one.target !== null && other.target !== null) return one.target === other.target;
  if (one.serial !== null && other.serial !== null) return one.serial === other.serial;
  return one.pciAddress !== null && one.pciAddress === other.pciAddress && samePlace(one, other);
}

function samePlace({ place: one }: InsideAddress, { place: other }: InsideAddress): boolean {
  return one?.bus === other?.bus && one?.target === other?.target && one?.unit === other?.unit;
}

function complete({ known, told }: { known: InsideAddress | null; told: InsideAddress }): InsideAddress {
  if (known === null) return told;
  return {
    target: known.target ?? told.target,
    serial: known.serial ?? told.serial,
    pciAddress: known.pciAddress ?? told.pciAddress,
    place: known.place ?? told.place,
    busKind: known.busKind ?? told.busKind,
    device: known.device ?? told.device,
  };
}
