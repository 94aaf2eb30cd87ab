import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from './command.ts';
import { unmount } from './loop-disk.ts';

/** What on this machine speaks of a folder: all of it is empty when a program cleaned up after itself. */
export interface Traces {
  /** Command lines of processes. */
  readonly processes: readonly string[];
  readonly mounts: readonly string[];
  /** `loop3`, by their backing files. */
  readonly loops: readonly string[];
  readonly files: readonly string[];
}

export function findTraces(directory: string): Traces {
  return {
    processes: listNumbers('/proc')
      .map((pid) => read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim())
      .filter((command) => command.includes(directory)),
    mounts: read('/proc/self/mountinfo')
      .split('\n')
      .map((line) => line.split(' ')[4] ?? '')
      .filter((mount) => mount.startsWith(directory)),
    loops: readdirSync('/sys/block').filter(
      (name) => name.startsWith('loop') && read(`/sys/block/${name}/loop/backing_file`).startsWith(directory),
    ),
    files: existsSync(directory)
      ? readdirSync(directory, { recursive: true }).map((name) => join(directory, `${name}`))
      : [],
  };
}

/**
 * As root: undoes what a program left that was ended before it could do so itself, and removes the folder. Its
 * processes are gone.
 */
export async function removeTraces(directory: string): Promise<void> {
  const { mounts, loops } = findTraces(directory);
  for (const mount of mounts.toReversed()) await unmount(mount);
  for (const loop of loops) await runCommand('losetup', ['--detach', `/dev/${loop}`]);
  await rm(directory, { recursive: true, force: true });
}

function listNumbers(folder: string): readonly string[] {
  return readdirSync(folder).filter((name) => /^\d+$/.test(name));
}

/** Empty for what went away while it was read. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
