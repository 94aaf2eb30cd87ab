import fs, { constants } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ReadDisk } from '../ports/disk-reader.ts';

const WASM_PAGE_BYTES = 65_536;

/** Node has it; its types leave it to the browser's. */
declare const WebAssembly: { readonly Memory: new (size: { initial: number }) => { readonly buffer: ArrayBuffer } };

/** `root` is where /dev and /sys are found. Read-only, and never through a link. */
export function createDiskReader({ root }: { root: string }): ReadDisk {
  const [open, read, close, fstat] = [promisify(fs.open), promisify(fs.read), promisify(fs.close), promisify(fs.fstat)];
  return async ({ name, lengthsBytes }) => {
    const expected = (await promisify(fs.readFile)(join(root, 'sys/class/block', name, 'dev'), 'utf8')).trim();
    const flags = constants.O_RDONLY | constants.O_DIRECT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
    // The kernel writes a slash in a device's name as `!`.
    const descriptor = await open(join(root, 'dev', name.replaceAll('!', '/')), flags);
    try {
      const status = await fstat(descriptor, { bigint: true });
      if (!status.isBlockDevice() || formatDeviceNumber(status.rdev) !== expected)
        throw new Error(`/dev/${name} is not the block device ${expected}`);
      const buffer = alignedBuffer(Math.max(...lengthsBytes));
      let position = 0;
      for (const length of lengthsBytes) {
        const { bytesRead } = await read(descriptor, buffer, 0, length, position);
        if (bytesRead !== length) throw new Error(`${bytesRead} of ${length} bytes could be read at ${position}`);
        position += length;
      }
    } finally {
      await close(descriptor);
    }
  };
}

/** O_DIRECT wants aligned memory (open(2)), and WebAssembly's is the one kind that Node aligns to pages. */
function alignedBuffer(bytes: number): Uint8Array {
  return new Uint8Array(new WebAssembly.Memory({ initial: Math.ceil(bytes / WASM_PAGE_BYTES) }).buffer);
}

/** A device number of /sys, `259:3`, as stat(2) has it (gnu_dev_major and gnu_dev_minor of glibc's sysmacros). */
function formatDeviceNumber(rdev: bigint): string {
  const major = ((rdev >> 8n) & 0xfffn) | ((rdev >> 32n) & 0xffff_f000n);
  const minor = (rdev & 0xffn) | ((rdev >> 12n) & 0xffff_ff00n);
  return `${major}:${minor}`;
}
