import { appendFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { KERNEL_COMMAND_LINE } from './command-line.ts';
import type { GuestOptions } from './guest-options.ts';
import { writeInitrd } from './initrd.ts';
import type { KernelFlavour } from './kernel-package.ts';
import { createOverlay } from './overlay.ts';
import { prepareGuest } from './prepare.ts';

/** What boots a guest for tests, whoever starts its QEMU. */
export interface BootFiles {
  readonly kernelImage: string;
  readonly initrd: string;
  /** For a virtio-blk disk, read only, with the serial `trimtab-root`. */
  readonly rootImage: string;
  readonly kernelArguments: string;
}

export async function prepareBootFiles({
  directory,
  name,
  uuid,
  flavour,
  ...overlay
}: Pick<GuestOptions, 'directory' | 'name' | 'files' | 'onBoot'> & {
  readonly uuid: string;
  readonly flavour: KernelFlavour;
}): Promise<BootFiles> {
  const { kernel, rootImage } = await prepareGuest({ say: (line) => console.error(line), flavour });
  const initrd = join(directory, 'initrd');
  await mkdir(directory, { recursive: true });
  await writeInitrd({ kernel, target: initrd });
  await appendFile(initrd, await createOverlay(overlay));
  const kernelArguments = `${KERNEL_COMMAND_LINE} trimtab.name=${name} trimtab.uuid=${uuid}`;
  return { kernelImage: kernel.image, initrd, rootImage, kernelArguments };
}
