import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { runCommand } from './command.ts';

/** A filesystem of this host on a sparse image of its own. */
export interface LoopDisk extends AsyncDisposable {
  /** `/dev/loop3`. */
  readonly device: string;
  readonly image: string;
  readonly mount: string;
}

/** As root: an ext4, or an xfs that can share extents, on a new loop device, mounted at `<directory>/<name>`. Its image is `<directory>/<name>.img`. */
export async function createLoopDisk(options: {
  readonly directory: string;
  readonly name: string;
  readonly bytes: number;
  /** `ext4` if absent. */
  readonly filesystem?: 'ext4' | 'xfs';
}): Promise<LoopDisk> {
  const { directory, name, bytes, filesystem = 'ext4' } = options;
  const mount = `${directory}/${name}`;
  const image = `${mount}.img`;
  await mkdir(mount, { recursive: true });
  await writeFile(image, '');
  await truncate(image, bytes);
  const device = (await runCommand('losetup', ['--find', '--show', image])).trim();
  try {
    if (filesystem === 'xfs') {
      await runCommand('mkfs.xfs', ['-q', '-K', '-m', 'reflink=1', device]);
      await runCommand('mount', [device, mount]);
    } else {
      await runCommand('mkfs.ext4', ['-q', '-E', 'nodiscard,lazy_itable_init=1', device]);
      // noinit_itable: no thread of ext4 zeroes inode tables behind our back while we measure.
      await runCommand('mount', ['-o', 'noinit_itable', device, mount]);
    }
  } catch (error) {
    await runCommand('losetup', ['--detach', device]);
    throw error;
  }
  return {
    device,
    image,
    mount,
    async [Symbol.asyncDispose]() {
      await runCommand('umount', [mount]);
      await runCommand('losetup', ['--detach', device]);
      await rm(image, { force: true });
    },
  };
}
