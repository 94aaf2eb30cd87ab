import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A text that differs when a disk or a mount came or went; a size that changed under the same name is not in it. Read
 * every few seconds for all of the agent's life, so the kernel is asked directly: /proc and /sys answer from memory.
 */
export function createStorageMark({ root }: { root: string }): () => string {
  return () => `${orEmpty(() => readdirSync(join(root, 'sys/block')).join(' '))}
${orEmpty(() => readFileSync(join(root, 'proc/self/mountinfo'), 'latin1'))}`;
}

function orEmpty(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}
