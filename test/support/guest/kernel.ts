import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { runCommand } from '../machine/command.ts';
import { cachedProduct } from './cache.ts';
import { type DebianPackage, unpackPackage, withPackage } from './debian-package.ts';
import { findKernelPackage, type KernelFlavour } from './kernel-package.ts';

export interface Kernel {
  /** `vmlinuz`, `early-modules` and `modules/` (a tree whose top is `lib`). */
  readonly path: string;
  readonly image: string;
  readonly modules: string;
  /** Module files to load in the initrd, in order, relative to `modules`. */
  readonly earlyModules: readonly string[];
}

interface PrepareKernel {
  readonly flavour: KernelFlavour;
  readonly say: (line: string) => void;
}

/** Without udev nothing loads a driver for a device, so every device this guest may have is served from the start. */
const EARLY_MODULES = [
  ...['virtio_pci', 'virtio_blk', 'squashfs', 'overlay'],
  ...['virtio_console', 'virtio_scsi', 'sd_mod', 'nvme', 'ahci', 'virtio_net'],
];

/** What else a test may load on demand; the full kernel's tree is 400 MB. */
const KEPT_MODULES = [
  ...['arch', 'block', 'crypto', 'fs', 'lib'],
  ...['drivers/ata', 'drivers/block', 'drivers/cdrom', 'drivers/char', 'drivers/dax', 'drivers/md', 'drivers/nvme'],
  ...['drivers/scsi', 'drivers/virtio'],
];

/** Debian's kernel, unpacked into the cache and not installed. */
export function prepareKernel({ flavour, say }: PrepareKernel): Promise<Kernel> {
  return withPackage({
    find: () => findKernelPackage({ flavour, say }),
    work: (kernelPackage) => cachedKernel({ kernelPackage, flavour, say }),
    say,
  });
}

async function cachedKernel({
  kernelPackage,
  flavour,
  say,
}: PrepareKernel & { kernelPackage: DebianPackage }): Promise<Kernel> {
  const path = await cachedProduct({
    name: `kernel-${flavour}`,
    inputs: { layout: 2, kernelPackage, EARLY_MODULES, KEPT_MODULES },
    build: async (target) => {
      say(`Fetching ${kernelPackage.name} ...`);
      await build({ kernelPackage, target });
    },
  });
  const earlyModules = (await readFile(join(path, 'early-modules'), 'utf8')).trim().split('\n');
  return { path, image: join(path, 'vmlinuz'), modules: join(path, 'modules'), earlyModules };
}

async function build({ kernelPackage, target }: { kernelPackage: DebianPackage; target: string }): Promise<void> {
  const unpacked = join(target, 'unpacked');
  await mkdir(target);
  await unpackPackage({ ...kernelPackage, target: unpacked });
  const release = kernelPackage.name.replace(/^linux-image-/, '');
  await copyFile(join(unpacked, 'boot', `vmlinuz-${release}`), join(target, 'vmlinuz'));
  await runCommand('depmod', ['-b', unpacked, release]);
  const early = await earlyModules({ modules: unpacked, release });
  await writeFile(join(target, 'early-modules'), early.map((file) => `${file}\n`).join(''));
  await keepModules({ unpacked, modules: join(target, 'modules'), release, early });
  await rm(unpacked, { recursive: true });
}

/** In the order modprobe would insert them. A driver built into the kernel has no file and needs none. */
async function earlyModules({ modules, release }: { modules: string; release: string }): Promise<string[]> {
  const files = new Set<string>();
  for (const name of EARLY_MODULES) {
    // The cloud kernel knows no ahci.
    const plan = await runCommand('modprobe', ['-d', modules, '-S', release, '-D', name]).catch(() => '');
    for (const [, file] of plan.matchAll(/^insmod (\S+)/gm)) if (file) files.add(relative(modules, file));
  }
  return [...files];
}

interface KeepModules {
  readonly unpacked: string;
  readonly modules: string;
  readonly release: string;
  readonly early: readonly string[];
}

async function keepModules({ unpacked, modules, release, early }: KeepModules): Promise<void> {
  const tree = join('lib/modules', release);
  const lists = ['modules.builtin', 'modules.builtin.modinfo', 'modules.order'].map((list) => join(tree, list));
  for (const kept of [...lists, ...KEPT_MODULES.map((part) => join(tree, 'kernel', part)), ...early]) {
    if (!existsSync(join(unpacked, kept))) continue; // A part this flavour lacks, or an early module moved with its part.
    await mkdir(dirname(join(modules, kept)), { recursive: true });
    await rename(join(unpacked, kept), join(modules, kept));
  }
  await runCommand('depmod', ['-b', modules, release]);
}
