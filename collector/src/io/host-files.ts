import { type FileHandle, open, readdir, readFile, readlink, stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { HostFiles } from '../ports/host-files.ts';

/** The files of this host, or of a captured tree under `root`. */
export function createHostFiles({ root = '/' }: { root?: string } = {}): HostFiles {
  const at = (path: string) => join(root, path);
  return {
    readText: (path) => orNull(() => readFile(at(path), 'utf8')),
    readHead: (path, length) => orNull(() => readHead(at(path), length)),
    list: async (path) => ((await orNull(() => readdir(at(path)))) ?? []).sort(),
    readLink: (path) => orNull(() => readlink(at(path))),
    status: (path) =>
      orNull(async () => {
        // 64-bit numbers first: blocks × 512 of a large sparse file must not be rounded on the way.
        const found = await stat(at(path), { bigint: true });
        return {
          allocationBytes: Number(found.blocks * 512n),
          physicalBytes: Number(found.size),
          device: Number(found.dev),
          inode: Number(found.ino),
          isBlockDevice: found.isBlockDevice(),
        };
      }),
    space: (path) =>
      orNull(async () => {
        const found = await statfs(at(path), { bigint: true });
        return { sizeBytes: Number(found.blocks * found.bsize), freeBytes: Number(found.bavail * found.bsize) };
      }),
  };
}

async function readHead(path: string, length: number): Promise<Uint8Array> {
  const file = await open(path, 'r');
  try {
    return await readUpTo(file, length);
  } finally {
    await file.close();
  }
}

async function readUpTo(file: FileHandle, length: number): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** The port's contract: a file that is absent or may not be read is null; processes and images come and go meanwhile. */
async function orNull<Value>(read: () => Promise<Value>): Promise<Value | null> {
  try {
    return await read();
  } catch {
    return null;
  }
}
