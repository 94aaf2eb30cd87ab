import type { KernelFiles } from '../ports/kernel-files.ts';
import { unescapeField } from './mountinfo.ts';

/** What /etc/fstab says of mount points, or that it says nothing. */
export interface Fstab {
  /** Those it takes out of every trim with `X-fstrim.notrim` (fstrim(8), util-linux 2.38). */
  readonly optedOut: ReadonlySet<string>;
  /** Every mount point that it names; null where it is absent or empty, as in an image that a boot loader mounts. */
  readonly mountPoints: ReadonlySet<string> | null;
}

export async function readFstab({ files }: { readonly files: KernelFiles }): Promise<Fstab> {
  const lines = ((await files.readText('/etc/fstab')) ?? '').split('\n');
  const entries = lines
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(/\s+/))
    .map(([, mountPoint = '', , options = '']) => ({
      mountPoint: withoutLastSlash(unescapeField(mountPoint)),
      optsOut: options.split(',').includes('X-fstrim.notrim'),
    }));
  return {
    optedOut: new Set(entries.filter(({ optsOut }) => optsOut).map(({ mountPoint }) => mountPoint)),
    mountPoints: entries.length === 0 ? null : new Set(entries.map(({ mountPoint }) => mountPoint)),
  };
}

function withoutLastSlash(path: string): string {
  return path === '/' ? path : path.replace(/\/+$/, '');
}
