import { LIST_LIMIT } from '@trimtab/protocol';
import type { KernelFiles } from '../../ports/kernel-files.ts';
import { readAttribute, readNumberAttribute } from '../attributes.ts';
import { BLOCK_FOLDER, isDeviceName } from '../device-names.ts';

/** The unit of `start` and `size`, whatever the device's own sector is. */
const SECTOR_BYTES = 512;

export interface BlockDevice {
  readonly name: string;
  readonly sizeBytes: number;
  /** Of a partition, where it lies, null where that cannot be read; null of what is no partition. */
  readonly within: { readonly disk: string; readonly offsetBytes: number | null } | null;
}

/**
 * Every disk, partition and volume that has a size. Those of memory, files and removable media are no images of the
 * host.
 */
export async function readBlockDevices({ files }: { readonly files: KernelFiles }): Promise<readonly BlockDevice[]> {
  const names = (await files.list(BLOCK_FOLDER)).filter((name) => isDeviceName(name) && !NO_IMAGE.test(name));
  const devices = await Promise.all(names.slice(0, LIST_LIMIT).map((name) => readDevice({ files, name })));
  return devices.filter((device) => device !== null);
}

const NO_IMAGE = /^(sr|scd|fd|loop|ram|zram|nbd|mtdblock)\d/;

async function readDevice({ files, name }: { files: KernelFiles; name: string }): Promise<BlockDevice | null> {
  const folder = `${BLOCK_FOLDER}/${name}`;
  const size = await readNumberAttribute({ files, path: `${folder}/size` });
  const sizeBytes = (size ?? 0) * SECTOR_BYTES;
  if (sizeBytes === 0 || !Number.isSafeInteger(sizeBytes)) return null;
  if ((await readAttribute({ files, path: `${folder}/partition` })) === null) return { name, sizeBytes, within: null };
  const disk = (await files.resolve(folder))?.split('/').at(-2) ?? '';
  const start = await readNumberAttribute({ files, path: `${folder}/start` });
  const offsetBytes = (start ?? Number.NaN) * SECTOR_BYTES;
  return { name, sizeBytes, within: { disk, offsetBytes: Number.isSafeInteger(offsetBytes) ? offsetBytes : null } };
}
