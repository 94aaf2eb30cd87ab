import { Fault } from '@trimtab/protocol/shared';
import type { KernelFiles } from '../ports/kernel-files.ts';

/** What a guest is read from. /etc may be missing in a container; without these two nothing at all is known. */
const NEEDED = ['/proc', '/sys'];

/** Refuses a root that shows no kernel: an inventory of nothing looks like a guest in which all is well. */
export async function checkRoot({ files, root }: { files: KernelFiles; root: string }): Promise<void> {
  for (const path of NEEDED) {
    if ((await files.list(path)).length > 0) continue;
    throw new Fault({
      code: 'no-kernel-files',
      operation: 'read the guest',
      subject: root,
      cause: `there is no ${path} in it that can be read`,
      hint: 'Give --root the folder in which the guest’s /proc and /sys are mounted; left out, it is /.',
    });
  }
}
