import { DISK_LIMIT } from '@trimtab/protocol';
import type { KernelFiles } from '../../ports/kernel-files.ts';
import { readLayers } from '../layers.ts';

/** The whole disks that these devices lie on, by kernel name. */
export async function readDisksBelow({
  files,
  names,
}: {
  readonly files: KernelFiles;
  readonly names: readonly string[];
}): Promise<string[]> {
  const layers = await readLayers({ files, names });
  const disks = layers.filter(({ kind, below }) => (kind === 'disk' || kind === 'loop') && below.length === 0);
  return disks.slice(0, DISK_LIMIT).map(({ name }) => name);
}

/** Where a person finds it: the kernel's name, or that of a dm device. */
export async function readDevicePath({
  files,
  name,
}: {
  readonly files: KernelFiles;
  readonly name: string;
}): Promise<string> {
  const [layer] = await readLayers({ files, names: [name] });
  if (layer?.kind === 'dm' && layer.label !== null) return layer.label;
  return `/dev/${name.replaceAll('!', '/')}`;
}
