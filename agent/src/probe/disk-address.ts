import type { ScsiAddress } from '@trimtab/protocol';
import type { KernelFiles } from '../ports/kernel-files.ts';
import { BLOCK_FOLDER } from './device-names.ts';

interface AddressQuery {
  readonly files: KernelFiles;
  readonly name: string;
}

const PCI_FUNCTION = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;
const ADDRESS_MAXIMUM = 0xffff_ffff;

export interface PciPlace {
  readonly pciAddress: string | null;
  /** Every function from the root bus down to that one, each as `slot.function`. */
  readonly pciPath: string[] | null;
}

const NOWHERE: PciPlace = { pciAddress: null, pciPath: null };

/**
 * The PCI function nearest to the disk on the way down from the PCI root. A namespace of an NVMe subsystem hangs under
 * /sys/devices/virtual instead (nvme_init_ns_head in drivers/nvme/host/core.c); its subsystem links its controllers.
 */
export async function readPciPlace({ files, name }: AddressQuery): Promise<PciPlace> {
  const own = toPciPlace(await files.resolve(`${BLOCK_FOLDER}/${name}`));
  if (own.pciAddress !== null) return own;

  const subsystem = `${BLOCK_FOLDER}/${name}/device`;
  const controllers = (await files.list(subsystem)).filter((entry) => /^nvme\d+$/.test(entry));
  const [only, another] = controllers;
  // With several controllers there is no one function by which the host could know the disk.
  if (only === undefined || another !== undefined) return NOWHERE;
  return toPciPlace(await files.resolve(`${subsystem}/${only}`));
}

/** Host:channel:target:LUN, the name of a SCSI disk's device folder. */
export async function readScsiAddress({ files, name }: AddressQuery): Promise<ScsiAddress | null> {
  const folder = (await files.resolve(`${BLOCK_FOLDER}/${name}/device`))?.split('/').at(-1) ?? '';
  const match = /^(\d{1,10}):(\d{1,10}):(\d{1,10}):(\d{1,20})$/.exec(folder);
  if (match === null) return null;
  const [host = 0, channel = 0, target = 0, lun = 0] = match.slice(1).map(Number);
  if (Math.max(host, channel, target, lun) > ADDRESS_MAXIMUM) return null;
  return { host, channel, target, lun };
}

/** More bridges than a PCI hierarchy has in any machine; the wire takes no more. */
export const MOST_FUNCTIONS = 16;

/**
 * /sys nests each function in its bridge: `pci0000:00/0000:00:02.1/0000:02:00.0`. A path from another root bus than the
 * first (`pci0000:40`, an expander bridge) would read like one from the first, so it is none.
 */
function toPciPlace(path: string | null): PciPlace {
  const parts = path?.split('/') ?? [];
  const root = parts.findLastIndex((part) => /^pci[0-9a-f]{4,8}:[0-9a-f]{2}$/.test(part));
  const functions = parts.slice(root + 1).filter((part) => PCI_FUNCTION.test(part));
  const pciAddress = functions.at(-1) ?? null;
  const isFirstRoot = parts[root] === 'pci0000:00';
  const isShort = functions.length > 0 && functions.length <= MOST_FUNCTIONS;
  return { pciAddress, pciPath: isFirstRoot && isShort ? functions.map((part) => part.slice(-4)) : null };
}
