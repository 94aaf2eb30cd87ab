import type { KernelFiles } from '../ports/kernel-files.ts';
import { unescapeField } from './mountinfo.ts';

/** The mount points that /etc/fstab takes out of every trim with `X-fstrim.notrim` (fstrim(8), util-linux 2.38). */
export async function readOptedOut({ files }: { readonly files: KernelFiles }): Promise<ReadonlySet<string>> {
  const lines = ((await files.readText('/etc/fstab')) ?? '').split('\n');
  const entries = lines.map((line) => line.trim()).filter((line) => line !== '' && !line.startsWith('#'));
  const optedOut = entries
    .map((line) => line.split(/\s+/))
    .filter(([, , , options]) => options?.split(',').includes('X-fstrim.notrim'))
    .map(([, mountPoint]) => withoutLastSlash(unescapeField(mountPoint ?? '')));
  return new Set(optedOut);
}

function withoutLastSlash(path: string): string {
  return path === '/' ? path : path.replace(/\/+$/, '');
}
