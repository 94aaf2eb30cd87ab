import { type Disk, type Layer, LIST_LIMIT, NAME_LIMIT, TEXT_LIMIT } from '@trimtab/protocol';
import type { KernelFiles } from '../ports/kernel-files.ts';
import { readAttribute } from './attributes.ts';
import { BLOCK_FOLDER } from './device-names.ts';
import { readProvisioningMode } from './discard-limits.ts';
import { readPciPlace, readScsiAddress } from './disk-address.ts';
import { readSerial } from './disk-serial.ts';
import { readLayers } from './layers.ts';

interface DisksQuery {
  readonly files: KernelFiles;
  /** What the filesystems stand on. */
  readonly layers: readonly Layer[];
}

/**
 * The whole disks with what the host may know them by: those among the layers, and those on which nothing is mounted,
 * since the host must tell them apart. One whose size /sys does not tell is left out.
 */
export async function readDisks({ files, layers }: DisksQuery): Promise<readonly Disk[]> {
  const below = layers.filter(({ kind, below }) => (kind === 'disk' || kind === 'loop') && below.length === 0);
  const known = new Set(layers.map(({ name }) => name));
  const idle = await readIdleDisks({ files, known });
  const disks = await Promise.all([...below, ...idle].slice(0, LIST_LIMIT).map((layer) => readDisk({ files, layer })));
  return disks.filter((disk) => disk !== null);
}

/** Optical drives and floppies hold no image that a trim could shrink. */
const NO_DISK = /^(sr|scd|fd)\d/;

/** Disks with hardware behind them: dm, md, loop, zram and their like have no `device`. */
async function readIdleDisks({
  files,
  known,
}: {
  readonly files: KernelFiles;
  readonly known: ReadonlySet<string>;
}): Promise<readonly Layer[]> {
  const names = (await files.list('/sys/block')).filter((name) => !known.has(name) && !NO_DISK.test(name));
  const hardware = await Promise.all(
    names.map(async (name) => ((await files.resolve(`/sys/block/${name}/device`)) === null ? [] : [name])),
  );
  const layers = await readLayers({ files, names: hardware.flat() });
  return layers.filter(({ kind, below }) => kind === 'disk' && below.length === 0);
}

async function readDisk({
  files,
  layer,
}: {
  readonly files: KernelFiles;
  readonly layer: Layer;
}): Promise<Disk | null> {
  const { name, sizeBytes, kind, label } = layer;
  if (sizeBytes === null || sizeBytes === 0) return null;
  const model = await readAttribute({ files, path: `${BLOCK_FOLDER}/${name}/device/model` });
  return {
    name,
    sizeBytes,
    driver: await readDriver({ files, name }),
    model: model?.slice(0, TEXT_LIMIT) ?? null,
    serial: await readSerial({ files, name }),
    wwn: await readWorldWideName({ files, name }),
    ...(await readPciPlace({ files, name })),
    scsiAddress: await readScsiAddress({ files, name }),
    backingFile: kind === 'loop' ? label : null,
    backingMount: null,
    provisioningMode: await readProvisioningMode({ files, name }),
  };
}

interface DiskQuery {
  readonly files: KernelFiles;
  readonly name: string;
}

/** By which driver a disk hangs on its device. NVMe namespaces and devices without hardware have no such link. */
async function readDriver({ files, name }: DiskQuery): Promise<string | null> {
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
