import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { CleanUp } from '../support/own-tools/clean-up.ts';
import type { Stand } from './lab-case.ts';

/** Starts a qemu-nbd for each disk that is to have one; gives their sockets by the ids of the disks. */
export async function serveImages(parts: {
  readonly stands: readonly Stand[];
  readonly images: ReadonlyMap<string, string>;
  readonly directory: string;
  readonly cleanUp: CleanUp;
}): Promise<ReadonlyMap<string, string>> {
  const { stands, images, directory, cleanUp } = parts;
  const sockets = new Map<string, string>();
  for (const { id, image } of stands.flatMap(({ disks }) => disks)) {
    if (image.servedWith === undefined) continue;
    const socket = join(directory, `${id}.sock`);
    // Persistent: it serves on when QEMU opens the image anew.
    const args = ['--socket', socket, '--persistent', '--format', image.format];
    if (image.servedWith === 'unmap') args.push('--discard=unmap');
    await cleanUp.make({
      what: `qemu-nbd for ${id}`,
      make: () => startServer([...args, images.get(id) ?? ''], socket),
      undo: (stop) => stop(),
    });
    sockets.set(id, socket);
  }
  return sockets;
}

async function startServer(args: readonly string[], socket: string): Promise<() => Promise<void>> {
  const child = spawn('qemu-nbd', args, { stdio: 'ignore' });
  const ended = once(child, 'exit');
  while (!existsSync(socket)) {
    if (child.exitCode !== null) throw new Error(`qemu-nbd ended with ${child.exitCode}`);
    await delay(20);
  }
  return async () => {
    child.kill('SIGKILL');
    await ended;
  };
}
