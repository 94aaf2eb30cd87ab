import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type CpioEntry, createCpio, REGULAR } from './cpio.ts';
import type { GuestOptions, HostFile, TextFile } from './guest-options.ts';

const OWN_PLACE = 'usr/lib/trimtab-test';

/**
 * A second archive for the initrd with what belongs to this one guest; the initrd's init copies it over the root image.
 */
export async function createOverlay({
  files = {},
  onBoot = [],
}: Pick<GuestOptions, 'files' | 'onBoot'>): Promise<Buffer> {
  const entries = [
    await entryOf(`/${OWN_PLACE}/init`, { text: await program('init.sh'), mode: 0o755 }),
    await entryOf(`/${OWN_PLACE}/shell`, { text: await program('shell.sh'), mode: 0o755 }),
    await entryOf('/usr/bin/fill', { text: await program('fill.mjs'), mode: 0o755 }),
    await entryOf(`/${OWN_PLACE}/on-boot`, { text: onBoot.map((line) => `${oneLine(line)}\n`).join('') }),
  ];
  for (const [path, file] of Object.entries(files)) entries.push(await entryOf(path, file));
  return createCpio(entries);
}

async function entryOf(path: string, file: HostFile | TextFile): Promise<CpioEntry> {
  if (!path.startsWith('/')) throw new Error(`A guest's file needs an absolute path: ${path}`);
  const target = `overlay${merged(path)}`;
  if ('text' in file) return { path: target, mode: REGULAR | (file.mode ?? 0o644), data: Buffer.from(file.text) };
  const { mode } = await stat(file.hostPath);
  return { path: target, mode: REGULAR | (mode & 0o777), data: await readFile(file.hostPath) };
}

/** /bin, /sbin and /lib are links into /usr in the root image. */
function merged(path: string): string {
  return path.replace(/^\/(bin|sbin|lib|lib64)\//, '/usr/$1/');
}

function oneLine(line: string): string {
  if (line.includes('\n'))
    throw new Error(`onBoot takes single lines; put a script into files instead: ${JSON.stringify(line)}`);
  return line;
}

function program(name: string): Promise<string> {
  return readFile(join(import.meta.dirname, name), 'utf8');
}
