import { statSync } from 'node:fs';
import { chmod, copyFile, mkdir, symlink, utimes, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Entry, Tree } from '../model/tree.ts';

/**
 * Lays a tree out below `folder`, with modes, and with one time for all: what is packed of it must not tell when. Who
 * owns it is for the archive to say.
 */
export async function stage({
  tree,
  folder,
  epoch,
}: {
  readonly tree: Tree;
  readonly folder: string;
  readonly epoch: number;
}): Promise<void> {
  const folders = new Set<string>([folder]);
  for (const entry of tree) {
    const path = join(folder, entry.path);
    const parent = entry.kind === 'folder' ? path : dirname(path);
    for (let each = parent; !folders.has(each); each = dirname(each)) folders.add(each);
    await mkdir(parent, { recursive: true });
    await lay(entry, path);
    if (entry.kind === 'file') await utimes(path, epoch, epoch);
  }
  // From the deepest: what is laid into a folder changes its time.
  for (const each of [...folders].sort((a, b) => b.length - a.length)) {
    const entry = tree.find(({ kind, path }) => kind === 'folder' && join(folder, path) === each);
    await chmod(each, entry?.kind === 'folder' ? entry.mode : 0o755);
    await utimes(each, epoch, epoch);
  }
}

async function lay(entry: Entry, path: string): Promise<void> {
  switch (entry.kind) {
    case 'folder':
      return;
    case 'link':
      return symlink(entry.to, path);
    case 'file':
      if (entry.content.kind === 'copy') await copyFile(entry.content.from, path);
      else await writeFile(path, entry.content.bytes);
      return chmod(path, entry.mode);
  }
}

/** What it takes on a disk, counted as du(1) does on a filesystem with blocks of 4 KiB. */
export function sizeOnDisk(tree: Tree): number {
  const BLOCK = 4096;
  let bytes = 0;
  for (const entry of tree) {
    if (entry.kind !== 'file') continue;
    const { content } = entry;
    const size = content.kind === 'copy' ? statSync(content.from).size : content.bytes.length;
    bytes += Math.ceil(size / BLOCK) * BLOCK;
  }
  return bytes;
}
