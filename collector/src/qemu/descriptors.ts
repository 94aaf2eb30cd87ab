import { inTurns } from '@trimtab/protocol/shared';
import type { HostFiles } from '../ports/host-files.ts';

/** Anybody may give a program the name of QEMU's, and open what the limits of the kernel let them. */
export const MOST_DESCRIPTORS = 4_096;
export const DESCRIPTORS_AT_ONCE = 32;

/**
 * What is read of each descriptor of a process. Null where they may not be listed, and where they are too many: then
 * nothing is known of what it has open.
 */
export async function readDescriptors<Value>({
  files,
  pid,
  read,
}: {
  files: Pick<HostFiles, 'kernel'>;
  pid: number;
  read: (number: string) => Promise<Value>;
}): Promise<readonly Value[] | null> {
  const numbers = files.kernel.names(`/proc/${pid}/fd`, MOST_DESCRIPTORS);
  return numbers === null ? null : inTurns({ items: numbers, atOnce: DESCRIPTORS_AT_ONCE, map: read });
}
