import { type Disk, type Layer, NAME_LIMIT, TEXT_LIMIT } from '@trimtab/protocol';
import type { KernelFiles } from '../ports/kernel-files.ts';
import { readAttribute } from './attributes.ts';
import { BLOCK_FOLDER } from './device-names.ts';
import { readPciAddress, readScsiAddress } from './disk-address.ts';
import { readSerial } from './disk-serial.ts';

interface DisksQuery {
  readonly files: KernelFiles;
  readonly layers: readonly Layer[];
}

/** The whole disks among the layers, with what the host may know them by. One whose size /sys does not tell is left out. */
export async function readDisks({ files, layers }: DisksQuery): Promise<readonly Disk[]> {
  const whole = layers.filter(({ kind, below }) => (kind === 'disk' || kind === 'loop') && below.length === 0);
  const disks = await Promise.all(whole.map((layer) => readDisk({ files, layer })));
  return disks.filter((disk) => disk !== null);
}

async function readDisk({
  files,
  layer,
}: {
  readonly files: KernelFiles;
  readonly layer: Layer;
}): Promise<Disk | null> {
  const { name, sizeBytes, kind, label } = layer;
  if (sizeBytes === null) return null;
  const model = await readAttribute({ files, path: `${BLOCK_FOLDER}/${name}/device/model` });
  return {
    name,
    sizeBytes,
    driver: await readDriver({ files, name }),
    model: model?.slice(0, TEXT_LIMIT) ?? null,
    serial: await readSerial({ files, name }),
    wwn: await readWorldWideName({ files, name }),
    pciAddress: await readPciAddress({ files, name }),
    scsiAddress: await readScsiAddress({ files, name }),
    backingFile: kind === 'loop' ? label : null,
  };
}

interface DiskQuery {
  readonly files: KernelFiles;
  readonly name: string;
}

/** By which driver a disk hangs on its device. NVMe namespaces and devices without hardware have no such link. */
export async function readDriver({ files, name }: DiskQuery): Promise<string | null> {
  const driver = (await files.resolve(`${BLOCK_FOLDER}/${name}/device/driver`))?.split('/').at(-1);
  if (driver !== undefined && driver !== '') return driver.slice(0, NAME_LIMIT);
  return /^(nvme|loop|zram|ram|nbd|rbd|drbd|bcache)\d/.exec(name)?.[1] ?? null;
}

/** SCSI and SATA have it at the device, empty when the host gave a serial only; NVMe at the namespace. */
async function readWorldWideName({ files, name }: DiskQuery): Promise<string | null> {
  const wwn =
    (await readAttribute({ files, path: `${BLOCK_FOLDER}/${name}/device/wwid` })) ??
    (await readAttribute({ files, path: `${BLOCK_FOLDER}/${name}/wwid` }));
  return wwn !== null && wwn.length <= NAME_LIMIT ? wwn : null;
}
