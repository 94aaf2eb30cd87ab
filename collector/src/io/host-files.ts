import { closeSync, constants, opendirSync, openSync, readlinkSync, readSync, stat } from 'node:fs';
import { type FileHandle, open, opendir, readdir, readlink, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { FileStatus, HostFiles, KernelFiles } from '../ports/host-files.ts';
import { toFileStatus } from './file-status.ts';
import { createPlaces } from './places.ts';
import { createStatusThread } from './status-thread.ts';
import { createTurns, PATIENCE_MS } from './turns.ts';

/** More than any text of /proc, /sys or /etc that is read here. */
export const MOST_TEXT_BYTES = 8 * 1024 * 1024;

/** Fewer are asked for in turns within some ten milliseconds, and a thread takes 15 MB. */
export const LONG_LIST = 500;

export interface OwnHostFiles extends HostFiles {
  /** All that `silentPlace` would name now. */
  silentPlaces(): readonly string[];
}

/** The files of this host, or of a captured tree under `root`. */
export function createHostFiles({ root = '/', patienceMs = PATIENCE_MS } = {}): OwnHostFiles {
  const at = (path: string) => join(root, path);
  const { placeOf } = createPlaces();
  const turns = createTurns({ patienceMs });
  const thread = createStatusThread({ patienceMs });
  /** The port's contract: what cannot be read, or not in time, is null; processes and images come and go meanwhile. */
  const take = <Value>(path: string, work: () => Promise<Value | null>) => turns.take(placeOf(path), work);
  const status: HostFiles['status'] = (path, { name } = { name: path }) => take(at(name), () => readStatus(at(path)));
  const seldomHangs = (path: string) => {
    const place = placeOf(at(path));
    return !place.isRemote && !turns.isSilent(place);
  };
  return {
    readText: (path, most = MOST_TEXT_BYTES) => take(at(path), () => readRegular(at(path), most)),
    readHead: (path, length) => take(at(path), () => readRange(at(path), { offset: 0, length })),
    readAt: (path, range) => take(at(path), () => readRange(at(path), range)),
    list: async (path) => ((await take(at(path), () => readdir(at(path)))) ?? []).sort(),
    listUpTo: (path, most) => take(at(path), () => listUpTo(at(path), most)),
    readLink: (path) => take(at(path), () => readlink(at(path))),
    status,
    async statuses(paths) {
      const own = paths.length < LONG_LIST ? [] : paths.filter(seldomHangs);
      const found = own.length < LONG_LIST ? null : await thread.read(own.map(at));
      const known = new Map(found?.map((each, index) => [own[index], each]));
      return Promise.all(paths.map((path) => known.get(path) ?? (known.has(path) ? null : status(path))));
    },
    space: (path) =>
      take(at(path), async () => {
        const found = await statfs(at(path), { bigint: true });
        return { sizeBytes: Number(found.blocks * found.bsize), freeBytes: Number(found.bavail * found.bsize) };
      }),
    silentPlace(path) {
      const place = placeOf(at(path));
      return turns.isSilent(place) ? place.name : null;
    },
    silentPlaces: turns.silent,
    kernel: createKernelFiles(at),
  };
}

function createKernelFiles(at: (path: string) => string): KernelFiles {
  const orNull = <Value>(read: () => Value): Value | null => {
    try {
      return read();
    } catch {
      return null;
    }
  };
  return {
    text: (path) => orNull(() => readKernelText(at(path))),
    link: (path) => orNull(() => readlinkSync(at(path))),
    names: (path, most) => orNull(() => namesUpTo(at(path), most)),
  };
}

export const KERNEL_TEXT_BYTES = 4096;
/** Nobody else runs between the reading and the decoding. */
const kernelText = Buffer.allocUnsafeSlow(KERNEL_TEXT_BYTES);

function readKernelText(path: string): string {
  const descriptor = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    return kernelText.toString('latin1', 0, readSync(descriptor, kernelText));
  } finally {
    closeSync(descriptor);
  }
}

function namesUpTo(path: string, most: number): readonly string[] | null {
  const folder = opendirSync(path, { bufferSize: 256 });
  try {
    const names: string[] = [];
    for (let entry = folder.readSync(); entry !== null; entry = folder.readSync())
      if (names.push(entry.name) > most) return null;
    return names;
  } finally {
    folder.closeSync();
  }
}

async function listUpTo(path: string, most: number): Promise<readonly string[] | null> {
  const names: string[] = [];
  // Its end closes it.
  for await (const { name } of await opendir(path)) if (names.push(name) > most) return null;
  return names.sort();
}

/**
 * The callback's stat, and numbers instead of BigInt: a survey reads thousands of images, and this takes half of the
 * time that the promise's does.
 */
function readStatus(path: string): Promise<FileStatus | null> {
  return new Promise((resolve) => stat(path, (error, found) => resolve(error === null ? toFileStatus(found) : null)));
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

/** The kernel makes a text of /proc as it is read, and tells no size before. */
async function readRegular(path: string, most: number): Promise<string | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  try {
    if (!(await file.stat()).isFile()) return null;
    const pieces: Uint8Array[] = [];
    let filled = 0;
    for (;;) {
      const { bytesRead, buffer } = await file.read(Buffer.allocUnsafe(PIECE_BYTES), 0, PIECE_BYTES, null);
      if (bytesRead === 0) return Buffer.concat(pieces).toString('utf8');
      filled += bytesRead;
      if (filled > most) return null;
      pieces.push(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

const PIECE_BYTES = 16 * 1024;

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
