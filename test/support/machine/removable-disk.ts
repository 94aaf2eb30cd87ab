import { cp, mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { runCommand } from './command.ts';
import { unmount } from './loop-disk.ts';

/** A filesystem whose disk can be pulled out under it. */
export interface RemovableDisk extends AsyncDisposable {
  readonly path: string;
  /** From now on nothing can be read from it or written to it, as when a disk is gone. */
  remove(): Promise<void>;
  /** It is put back, with all that was on it, and mounted again. Nobody may have a file of it open. */
  putBack(): Promise<void>;
}

const BYTES = 32 * 1024 * 1024;

/** As root: ext4 on a loop device, mounted at `path`; its image lies beside it. */
export async function removableDisk(path: string): Promise<RemovableDisk> {
  const image = `${path}.img`;
  const pulled = `${path}.pulled`;
  await mkdir(path, { recursive: true });
  await writeFile(image, '');
  await truncate(image, BYTES);
  await runCommand('mkfs.ext4', ['-q', '-E', 'lazy_itable_init=0', image]);
  let device = await attach();
  return {
    path,
    async remove() {
      await runCommand('sync', ['--file-system', path]);
      await cp(image, pulled);
      // A device that ends before its blocks answers EIO to all of them (losetup(8), --set-capacity).
      await truncate(image, 4096);
      await runCommand('losetup', ['--set-capacity', device]);
    },
    async putBack() {
      await detach();
      await cp(pulled, image);
      device = await attach();
    },
    async [Symbol.asyncDispose]() {
      await detach();
      await rm(image, { force: true });
      await rm(pulled, { force: true });
    },
  };

  async function attach(): Promise<string> {
    const loop = (await runCommand('losetup', ['--find', '--show', image])).trim();
    await runCommand('mount', [loop, path]);
    return loop;
  }

  async function detach(): Promise<void> {
    await unmount(path);
    await runCommand('losetup', ['--detach', device]);
  }
}
