import { ensurePackages } from '../machine/packages.ts';
import { type Kernel, prepareKernel } from './kernel.ts';
import type { KernelFlavour } from './kernel-package.ts';
import { prepareRootImage } from './root-image.ts';
import { GUEST_PACKAGES } from './root-tools.ts';

export interface PrepareGuest {
  readonly say: (line: string) => void;
  /** Asked before packages are installed; give it on a terminal only. */
  readonly confirm?: (question: string) => Promise<boolean>;
  /** `cloud-amd64` if absent. */
  readonly flavour?: KernelFlavour;
}

export interface PreparedGuest {
  readonly kernel: Kernel;
  readonly rootImage: string;
}

const prepared = new Map<KernelFlavour, Promise<PreparedGuest>>();

/**
 * Everything guests have in common: packages, kernel, root image. From the cache if it is there; looked up once a
 * process.
 */
export function prepareGuest({ say, confirm, flavour = 'cloud-amd64' }: PrepareGuest): Promise<PreparedGuest> {
  const known = prepared.get(flavour);
  if (known !== undefined) return known;
  const preparing = prepare({ say, flavour, ...(confirm && { confirm }) });
  prepared.set(flavour, preparing);
  preparing.catch(() => prepared.delete(flavour));
  return preparing;
}

async function prepare({ say, confirm, flavour }: PrepareGuest & { flavour: KernelFlavour }): Promise<PreparedGuest> {
  if (process.platform !== 'linux' || process.arch !== 'x64') {
    throw new Error(`Guests for tests need Linux on x86-64; this is ${process.platform} on ${process.arch}.`);
  }
  await ensurePackages({ packages: GUEST_PACKAGES, say, ...(confirm && { confirm }) });
  const kernel = await prepareKernel({ flavour, say });
  return { kernel, rootImage: await prepareRootImage({ kernel, say }) };
}
