import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { commandPath } from '../machine/command.ts';
import { findLibraries } from './binaries.ts';
import { type CpioEntry, createCpio, DIRECTORY, REGULAR } from './cpio.ts';
import type { Kernel } from './kernel.ts';

/** Writes the initrd's own part: BusyBox, the drivers needed before the root image is there, and its init. */
export async function writeInitrd({ kernel, target }: { kernel: Kernel; target: string }): Promise<void> {
  const busybox = commandPath('busybox');
  if (busybox === null) throw new Error('No busybox on this machine. Call ensurePackages first.');
  const entries: CpioEntry[] = ['proc', 'sys', 'dev', 'root', 'overlay'].map((path) => ({
    path,
    mode: DIRECTORY | 0o755,
    data: new Uint8Array(),
  }));
  entries.push(await fileEntry({ path: 'init', source: join(import.meta.dirname, 'initrd-init.sh'), mode: 0o755 }));
  entries.push(await fileEntry({ path: 'bin/busybox', source: busybox, mode: 0o755 }));
  entries.push(await fileEntry({ path: 'bin/sh', source: busybox, mode: 0o755 }));
  for (const library of await findLibraries([busybox])) {
    entries.push(await fileEntry({ path: library.slice(1), source: library, mode: 0o755 }));
  }
  entries.push(await fileEntry({ path: 'early-modules', source: join(kernel.path, 'early-modules'), mode: 0o644 }));
  for (const module of kernel.earlyModules) {
    entries.push(await fileEntry({ path: module, source: join(kernel.modules, module), mode: 0o644 }));
  }
  await writeFile(target, createCpio(entries));
}

async function fileEntry({ path, source, mode }: { path: string; source: string; mode: number }): Promise<CpioEntry> {
  return { path, mode: REGULAR | mode, data: await readFile(source) };
}
