import type { KernelFiles } from '../ports/kernel-files.ts';
import { readAttribute } from './attributes.ts';

/** Where /sys keeps every block device, partitions included, by kernel name. */
export const BLOCK_FOLDER = '/sys/class/block';

/** A name as the kernel gives them: one path component. */
export function isDeviceName(name: string): boolean {
  return name !== '' && name !== '.' && name !== '..' && !name.includes('/') && name.length <= 255;
}

/** The kernel name of a device number, or null. */
export async function nameOfNumber({
  files,
  major,
  minor,
}: {
  readonly files: KernelFiles;
  readonly major: number;
  readonly minor: number;
}): Promise<string | null> {
  return lastName(await files.resolve(`/sys/dev/block/${major}:${minor}`));
}

/**
 * The kernel name of the device that a mount names as its source, such as `dm-0` for `/dev/mapper/vg-root`; or null.
 */
export async function nameOfSource({
  files,
  source,
}: {
  readonly files: KernelFiles;
  readonly source: string;
}): Promise<string | null> {
  if (!source.startsWith('/dev/')) return null;
  const path = source === '/dev/root' ? await readRootSource({ files }) : source;
  if (path === null) return null;

  const inDev = path.slice('/dev/'.length);
  const candidates = [
    lastName(await files.resolve(path)),
    // A slash in a device name is written `!` in /sys: /dev/cciss/c0d0 is cciss!c0d0.
    inDev.replaceAll('/', '!'),
    await findMapperName({ files, inDev }),
  ];
  for (const name of candidates) {
    if (name === null || !isDeviceName(name)) continue;
    if ((await files.resolve(`${BLOCK_FOLDER}/${name}`)) !== null) return name;
  }
  return null;
}

/** What the boot loader gave as `root=`, when it is a device path. */
async function readRootSource({ files }: { readonly files: KernelFiles }): Promise<string | null> {
  const commandLine = (await files.readText('/proc/cmdline')) ?? '';
  const root = /(?:^|\s)root=(\/dev\/\S+)/.exec(commandLine)?.[1] ?? null;
  return root === '/dev/root' ? null : root;
}

/** The dm device behind /dev/mapper/NAME or /dev/VG/LV, by the names that /sys has: no udev is needed for it. */
async function findMapperName({
  files,
  inDev,
}: {
  readonly files: KernelFiles;
  readonly inDev: string;
}): Promise<string | null> {
  const [folder, leaf, ...rest] = inDev.split('/');
  if (folder === undefined || leaf === undefined || rest.length > 0) return null;
  // LVM doubles the hyphens of both names and joins them with one (build_dm_name in lvm2's libdm).
  const wanted = folder === 'mapper' ? leaf : [folder, leaf].map((part) => part.replaceAll('-', '--')).join('-');
  for (const name of await files.list('/sys/block')) {
    if (!name.startsWith('dm-')) continue;
    if ((await readAttribute({ files, path: `/sys/block/${name}/dm/name` })) === wanted) return name;
  }
  return null;
}

function lastName(path: string | null): string | null {
  const name = path?.slice(path.lastIndexOf('/') + 1) ?? '';
  return isDeviceName(name) ? name : null;
}
