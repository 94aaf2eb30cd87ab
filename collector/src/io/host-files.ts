import { constants, stat } from 'node:fs';
import { type FileHandle, open, opendir, readdir, readFile, readlink, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { formatDeviceNumber } from '../model/device-number.ts';
import type { FileStatus, HostFiles } from '../ports/host-files.ts';

/** The files of this host, or of a captured tree under `root`. */
export function createHostFiles({ root = '/' }: { root?: string } = {}): HostFiles {
  const at = (path: string) => join(root, path);
  return {
    readText: (path) => orNull(() => readFile(at(path), 'utf8')),
    readRegular: (path, most) => orNull(() => readRegular(at(path), most)),
    readHead: (path, length) => orNull(() => readRange(at(path), { offset: 0, length })),
    readAt: (path, range) => orNull(() => readRange(at(path), range)),
    list: async (path) => ((await orNull(() => readdir(at(path)))) ?? []).sort(),
    listUpTo: (path, most) => orNull(() => listUpTo(at(path), most)),
    readLink: (path) => orNull(() => readlink(at(path))),
    status: (path) => readStatus(at(path)),
    space: (path) =>
      orNull(async () => {
        const found = await statfs(at(path), { bigint: true });
        return { sizeBytes: Number(found.blocks * found.bsize), freeBytes: Number(found.bavail * found.bsize) };
      }),
  };
}

async function listUpTo(path: string, most: number): Promise<readonly string[] | null> {
  const names: string[] = [];
  // Its end closes it.
  for await (const { name } of await opendir(path)) if (names.push(name) > most) return null;
  return names.sort();
}

/**
 * The callback's stat, and numbers instead of BigInt: a steady sampler reads thousands of images, and this takes half
 * of the time that the promise's does. Times 512 a double of blocks stays exact.
 */
function readStatus(path: string): Promise<FileStatus | null> {
  return new Promise((resolve) => {
    stat(path, (error, found) => {
      if (error !== null) return resolve(null);
      const isBlockDevice = found.isBlockDevice();
      resolve({
        allocationBytes: found.blocks * 512,
        physicalBytes: found.size,
        device: found.dev,
        inode: found.ino,
        isBlockDevice,
        isFile: found.isFile(),
        deviceNumber: isBlockDevice ? formatDeviceNumber(found.rdev) : null,
      });
    });
  });
}

/**
 * Whoever starts a QEMU names its images, so the path may lead to anything: open(2) of a FIFO waits for a writer, that
 * of a terminal makes it ours, and a read from a device of characters may never end.
 */
async function readRange(
  path: string,
  range: { readonly offset: number; readonly length: number },
): Promise<Uint8Array> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    const found = await file.stat();
    if (!found.isFile() && !found.isBlockDevice()) throw new Error('neither a regular file nor a block device');
    return await readUpTo(file, range);
  } finally {
    await file.close();
  }
}

/** Opened without waiting, and its kind asked before it is read: what a path leads to may be another's to choose. */
async function readRegular(path: string, most: number): Promise<string | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    if (!(await file.stat()).isFile()) return null;
    const bytes = await readUpTo(file, { offset: 0, length: most + 1 });
    return bytes.byteLength > most ? null : new TextDecoder().decode(bytes);
  } finally {
    await file.close();
  }
}

async function readUpTo(
  file: FileHandle,
  { offset, length }: { readonly offset: number; readonly length: number },
): Promise<Uint8Array> {
  const bytes = new Uint8Array(length);
  let filled = 0;
  while (filled < length) {
    const { bytesRead } = await file.read(bytes, filled, length - filled, offset + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/**
 * The port's contract: a file that is absent or may not be read is null; processes and images come and go meanwhile.
 */
async function orNull<Value>(read: () => Promise<Value>): Promise<Value | null> {
  try {
    return await read();
  } catch {
    return null;
  }
}
