import { lstat, open, readdir, readFile, readlink, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { KernelFiles, Space } from '../ports/kernel-files.ts';
import { OWN_MOUNTS, readGuestMounts } from './guest-mounts.ts';

/** Linux's MAXSYMLINKS: a chain longer than this is a loop. */
export const LINK_LIMIT = 40;

/**
 * The kernel's files under a root folder. Links are followed here rather than by the kernel, so that one with an
 * absolute target stays under the root (`/etc/fstab` on NixOS, seen from a container). What cannot be read is null,
 * whatever the reason: a device may go while it is read.
 */
export function createKernelFiles(root: string): KernelFiles {
  const attempt = async <T>(path: string, use: (place: string) => Promise<T>): Promise<T | null> => {
    try {
      return await use(join(root, await followLinks({ root, path })));
    } catch {
      return null;
    }
  };
  const readWhole = (path: string) => attempt(path, (place) => readFile(place, 'utf8'));
  return {
    readText: (path, bounds) => {
      // Another root holds another guest, or a captured one.
      if (root === '/' && path === OWN_MOUNTS) return readGuestMounts(readWhole);
      return bounds === undefined ? readWhole(path) : attempt(path, (place) => readBounded({ place, ...bounds }));
    },
    readBytes: (path) => attempt(path, async (place) => new Uint8Array(await readFile(place))),
    list: async (path) => (await attempt(path, async (place) => (await readdir(place)).sort())) ?? [],
    resolve: (path) => attempt(path, () => followLinks({ root, path })),
    space: (mount) => attempt(mount, measureSpace),
  };
}

/** The path without links, relative to the root; `..` stops at the root. Throws as lstat(2) does. */
async function followLinks({ root, path }: { root: string; path: string }): Promise<string> {
  const pending = path.split('/').reverse();
  const followed: string[] = [];
  let links = 0;
  for (let part = pending.pop(); part !== undefined; part = pending.pop()) {
    if (part === '' || part === '.') continue;
    if (part === '..') {
      followed.pop();
      continue;
    }
    const place = join(root, ...followed, part);
    if (!(await lstat(place)).isSymbolicLink()) {
      followed.push(part);
      continue;
    }
    links += 1;
    if (links > LINK_LIMIT) throw new Error(`More than ${LINK_LIMIT} links on the way to ${path}`);
    const target = await readlink(place);
    if (target.startsWith('/')) followed.length = 0;
    pending.push(...target.split('/').reverse());
  }
  return `/${followed.join('/')}`;
}

/** The kernel makes the text as it is read, and tells no size before. */
async function readBounded({ place, mostBytes }: { place: string; mostBytes: number }): Promise<string | null> {
  const file = await open(place);
  try {
    const pieces: Buffer[] = [];
    let bytes = 0;
    for (;;) {
      const { bytesRead, buffer } = await file.read({ buffer: Buffer.alloc(PIECE_BYTES), position: null });
      if (bytesRead === 0) return Buffer.concat(pieces).toString('utf8');
      bytes += bytesRead;
      if (bytes > mostBytes) return null;
      pieces.push(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

const PIECE_BYTES = 64 * 1024;

async function measureSpace(place: string): Promise<Space | null> {
  const { blocks, bfree, bsize } = await statfs(place, { bigint: true });
  const sizeBytes = Number(blocks * bsize);
  const usedBytes = Number((blocks - bfree) * bsize);
  if (!Number.isSafeInteger(sizeBytes) || !Number.isSafeInteger(usedBytes) || usedBytes < 0) return null;
  return { sizeBytes, usedBytes, blockBytes: Number(bsize) };
}
