import type { ScsiAddress } from '@trimtab/protocol';
import type { KernelFiles } from '../ports/kernel-files.ts';
import { BLOCK_FOLDER } from './device-names.ts';

interface AddressQuery {
  readonly files: KernelFiles;
  readonly name: string;
}

const PCI_FUNCTION = /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/;
const ADDRESS_MAXIMUM = 0xffff_ffff;

/**
 * The PCI function nearest to the disk on the way down from the PCI root. A namespace of an NVMe subsystem hangs under
 * /sys/devices/virtual instead (nvme_init_ns_head in drivers/nvme/host/core.c); its subsystem links its controllers.
 */
export async function readPciAddress({ files, name }: AddressQuery): Promise<string | null> {
  const own = lastPciFunction(await files.resolve(`${BLOCK_FOLDER}/${name}`));
  if (own !== null) return own;

  const subsystem = `${BLOCK_FOLDER}/${name}/device`;
  const controllers = (await files.list(subsystem)).filter((entry) => /^nvme\d+$/.test(entry));
  const [only, another] = controllers;
  // With several controllers there is no one function by which the host could know the disk.
  if (only === undefined || another !== undefined) return null;
  return lastPciFunction(await files.resolve(`${subsystem}/${only}`));
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

function lastPciFunction(path: string | null): string | null {
  return path?.split('/').findLast((part) => PCI_FUNCTION.test(part)) ?? null;
}
