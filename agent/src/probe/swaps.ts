import { LIST_LIMIT, type Swap } from '@trimtab/protocol';
import type { KernelFiles } from '../ports/kernel-files.ts';
import { nameOfSource } from './device-names.ts';
import { unescapeField } from './mountinfo.ts';

const UNIT_BYTES = 1024;

/** Compressed memory: no disk is behind it. */
const IN_MEMORY = /^zram\d/;

/** The block devices that the guest swaps to. A swap file is part of its filesystem, which cannot trim it. */
export async function readSwaps({ files }: { readonly files: KernelFiles }): Promise<Swap[]> {
  const lines = ((await files.readText('/proc/swaps')) ?? '').split('\n').slice(1, 1 + LIST_LIMIT);
  const swaps = await Promise.all(lines.map((line) => readLine({ files, line })));
  return swaps.filter((swap) => swap !== null);
}

/**
 * mm/swapfile.c, swap_show: name, `partition` or `file`, size and use in KiB, priority; the kernel escapes as in
 * mountinfo.
 */
async function readLine({ files, line }: { files: KernelFiles; line: string }): Promise<Swap | null> {
  const [path = '', type, size = '', used = ''] = line.split(/\s+/);
  if (type !== 'partition' || !/^\d+$/.test(size) || !/^\d+$/.test(used)) return null;
  const device = await nameOfSource({ files, source: unescapeField(path) });
  const sizeBytes = Number(size) * UNIT_BYTES;
  const usedBytes = Number(used) * UNIT_BYTES;
  if (device === null || IN_MEMORY.test(device)) return null;
  return Number.isSafeInteger(sizeBytes) && Number.isSafeInteger(usedBytes) ? { device, sizeBytes, usedBytes } : null;
}
