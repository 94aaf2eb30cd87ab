import { constants, fstatSync, openSync, writeSync } from 'node:fs';
import { toCause, type Written } from '@trimtab/protocol/shared';

/**
 * Writes to stdout or stderr at once, and never waits for whoever reads it. The stream is asked for so that Node has
 * made its descriptor ready; what is written here does not go through it.
 */
export function openOutput({ fd }: { readonly fd: number }): (bytes: Uint8Array) => Written {
  const descriptor = openAside(fd);
  return (bytes) => {
    try {
      return { kind: 'written', bytes: writeSync(descriptor, bytes) };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return { kind: 'busy' };
      return { kind: 'failed', cause: toCause(error) };
    }
  };
}

/**
 * A pipe or a terminal is opened anew by its name in /proc (proc(5)), so that no other program that writes to it is made
 * non-blocking with us. A file is not: its offset is shared with the others.
 */
function openAside(descriptor: number): number {
  if (fstatSync(descriptor).isFile()) return descriptor;
  try {
    const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
    return openSync(`/proc/self/fd/${descriptor}`, flags);
  } catch {
    // A socket has no such name (journald's is one). Node makes it non-blocking by itself.
    return descriptor;
  }
}
