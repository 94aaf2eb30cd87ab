import { readFile } from 'node:fs/promises';

/**
 * How many files this process may have open at once, sockets among them; null where the kernel does not say. Node has
 * raised it to the hard limit when this is read.
 */
export async function readDescriptorLimit(): Promise<number | null> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => '');
  const [, soft] = /^Max open files\s+(\d+)/m.exec(limits) ?? [];
  return soft === undefined ? null : Number(soft);
}
