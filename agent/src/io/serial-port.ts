import fs, { constants } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Fault, toCause } from '@trimtab/protocol/shared';
import type { OpenSerialPort, SerialPort, SerialPortHandlers } from '../ports/serial-port.ts';

export const READ_BYTES = 64 * 1024;
/** How often to look whether somebody has come to the host's end: a read returns at once until then. */
export const DESERTED_MS = 2_000;

/**
 * `root` is where /dev and /sys are found. Reads wait in a thread (virtio_console's blocking read), which takes no
 * processor time while nothing comes; asking over and over took 2 % of one.
 */
export function createOpenSerialPort({ root }: { root: string }): OpenSerialPort {
  return async ({ name, handlers }) => {
    const device = await findPort({ root, name });
    if (device === null) return null;
    const path = join(root, 'dev', device);
    try {
      const descriptor = await promisify(fs.open)(path, constants.O_RDWR | constants.O_NOCTTY | constants.O_NOFOLLOW);
      return attend(descriptor, handlers);
    } catch (error) {
      throw toFault(path, error);
    }
  };
}

/** Of this name, as `vport2p1`; null where there is none. udev makes links of names (/dev/virtio-ports), mdev makes none. */
export async function findPort({ root, name }: { root: string; name: string }): Promise<string | null> {
  const folder = join(root, 'sys/class/virtio-ports');
  const devices = await promisify(fs.readdir)(folder).catch(() => []);
  for (const device of devices) {
    const found = await promisify(fs.readFile)(join(folder, device, 'name'), 'utf8').catch(() => '');
    if (found.trim() === name) return device;
  }
  return null;
}

function attend(descriptor: number, handlers: SerialPortHandlers): SerialPort {
  const buffer = Buffer.allocUnsafe(READ_BYTES);
  const write = promisify(fs.write);
  let isDeserted = false;
  let isReading = false;
  let isOver = false;

  function read(): void {
    if (isReading || isOver) return;
    isReading = true;
    fs.read(descriptor, buffer, 0, READ_BYTES, null, (error, bytesRead) => {
      isReading = false;
      if (error !== null) return fail(error);
      isDeserted = bytesRead === 0;
      if (bytesRead > 0) {
        // A copy: the next read fills the same memory.
        if (handlers.chunk(Buffer.from(buffer.subarray(0, bytesRead)))) read();
        return;
      }
      handlers.deserted();
      setTimeout(read, DESERTED_MS).unref();
    });
  }

  function fail(error: unknown): void {
    if (isOver) return;
    isOver = true;
    fs.close(descriptor, () => {});
    handlers.failed(toCause(error));
  }

  setImmediate(read);
  return {
    async write(bytes) {
      for (let written = 0; written < bytes.length && !isOver; )
        try {
          written += (await write(descriptor, bytes, written)).bytesWritten;
        } catch (error) {
          fail(error);
        }
    },
    resume: read,
    isDeserted: () => isDeserted,
  };
}

function toFault(path: string, error: unknown): Fault {
  const isBusy = error instanceof Error && 'code' in error && error.code === 'EBUSY';
  return new Fault({
    code: isBusy ? 'channel-busy' : 'no-channel',
    operation: 'open the channel to the host',
    subject: path,
    cause: isBusy ? 'another process has opened it, and a port takes one at a time' : toCause(error),
    hint: isBusy ? `Which one: fuser ${path}. Stop it, if it is no agent of Trimtab.` : 'Run the agent as root.',
  });
}
