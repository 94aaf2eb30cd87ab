import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import { unmount } from './loop-disk.ts';

/** A filesystem in memory that is soon full. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
}

export async function smallDisk({ path, bytes }: { path: string; bytes: number }): Promise<SmallDisk> {
  await mkdir(path, { recursive: true });
  await runCommand('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tmpfs', path]);
  return { path, [Symbol.asyncDispose]: () => unmount(path) };
}

/** Leaves no byte free on the filesystem of a folder, until `give` makes room again. */
export function fillDisk(folder: string): { give(): void } {
  const path = join(folder, 'filling');
  const file = openSync(path, 'w');
  const block = Buffer.alloc(4096, 1);
  try {
    for (;;) writeSync(file, block);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(file);
  }
  return { give: () => rmSync(path) };
}
