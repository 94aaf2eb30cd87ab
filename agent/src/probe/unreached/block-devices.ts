import { LIST_LIMIT } from '@trimtab/protocol';
import type { KernelFiles } from '../../ports/kernel-files.ts';
import { readAttribute, readNumberAttribute } from '../attributes.ts';
import { BLOCK_FOLDER, isDeviceName } from '../device-names.ts';

/** The unit of `start` and `size`, whatever the device's own sector is. */
const SECTOR_BYTES = 512;

export interface BlockDevice {
  readonly name: string;
  /** 0 where it has none, null where it cannot be read. */
  readonly sizeBytes: number | null;
  /** Of a partition, where it lies, as far as that can be read; null of what is no partition. */
  readonly within: { readonly disk: string; readonly offsetBytes: number | null } | null;
}

export interface BlockDevices {
  readonly devices: readonly BlockDevice[];
  /** False: there are more. A disk may then have partitions that are none of these. */
  readonly isWhole: boolean;
}

/** Every disk, partition and volume. Those of memory, files and removable media are no images of the host. */
export async function readBlockDevices({ files }: { readonly files: KernelFiles }): Promise<BlockDevices> {
  const names = (await files.list(BLOCK_FOLDER)).filter((name) => isDeviceName(name) && !NO_IMAGE.test(name));
  const devices = await Promise.all(names.slice(0, LIST_LIMIT).map((name) => readDevice({ files, name })));
  return { devices, isWhole: names.length <= LIST_LIMIT };
}

const NO_IMAGE = /^(sr|scd|fd|loop|ram|zram|nbd|mtdblock)\d/;

async function readDevice({ files, name }: { files: KernelFiles; name: string }): Promise<BlockDevice> {
  const folder = `${BLOCK_FOLDER}/${name}`;
  const sizeBytes = await readSectors({ files, path: `${folder}/size` });
  if ((await readAttribute({ files, path: `${folder}/partition` })) === null) return { name, sizeBytes, within: null };
  const disk = (await files.resolve(folder))?.split('/').at(-2) ?? '';
  return { name, sizeBytes, within: { disk, offsetBytes: await readSectors({ files, path: `${folder}/start` }) } };
}

async function readSectors(query: { files: KernelFiles; path: string }): Promise<number | null> {
  const bytes = ((await readNumberAttribute(query)) ?? Number.NaN) * SECTOR_BYTES;
  return Number.isSafeInteger(bytes) ? bytes : null;
}
