import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { runCommand } from './command.ts';

/** A filesystem of this host on a sparse image of its own. */
export interface LoopDisk extends AsyncDisposable {
  /** `/dev/loop3`. */
  readonly device: string;
  readonly image: string;
  readonly mount: string;
}

/**
 * As root: a filesystem on a new loop device, mounted at `<directory>/<name>`. Its image is `<directory>/<name>.img`.
 */
export async function createLoopDisk(options: {
  readonly directory: string;
  readonly name: string;
  readonly bytes: number;
  /** ext4 if absent. */
  readonly kind?: 'ext4' | 'xfs' | 'btrfs';
}): Promise<LoopDisk> {
  const { directory, name, bytes, kind = 'ext4' } = options;
  const mount = `${directory}/${name}`;
  const image = `${mount}.img`;
  await mkdir(mount, { recursive: true });
  await writeFile(image, '');
  await truncate(image, bytes);
  const device = (await runCommand('losetup', ['--find', '--show', image])).trim();
  try {
    const [make, ...options] = MAKE[kind];
    await runCommand(make, [...options, device]);
    // noinit_itable: no thread of ext4 zeroes inode tables behind our back while we measure.
    await runCommand('mount', kind === 'ext4' ? ['-o', 'noinit_itable', device, mount] : [device, mount]);
  } catch (error) {
    await runCommand('losetup', ['--detach', device]);
    throw error;
  }
  return {
    device,
    image,
    mount,
    async [Symbol.asyncDispose]() {
      await unmount(mount);
      await runCommand('losetup', ['--detach', device]);
      await rm(image, { force: true });
    },
  };
}

const MAKE = {
  ext4: ['mkfs.ext4', '-q', '-E', 'nodiscard,lazy_itable_init=1'],
  xfs: ['mkfs.xfs', '-q', '-K'],
  btrfs: ['mkfs.btrfs', '-q', '-K'],
} as const;

const UNMOUNT_TRIES = 100;

/**
 * As root. A process that was ended a moment ago, or an `fstrim` that runs to its end, may still keep the filesystem
 * busy.
 */
export async function unmount(mount: string): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await runCommand('umount', [mount]);
      return;
    } catch (error) {
      if (tries === UNMOUNT_TRIES || !`${error}`.includes('busy')) throw error;
      await delay(100);
    }
  }
}
