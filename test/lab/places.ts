import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runCommand } from '../support/machine/command.ts';
import { createLoopDisk, unmount } from '../support/machine/loop-disk.ts';
import type { CleanUp } from '../support/own-tools/clean-up.ts';
import { MIB, type Place } from './lab-case.ts';

const PLACE_BYTES = 1024 * MIB;

/** Makes the filesystem of the host that images of this place lie in, and gives the folder. */
export async function openPlace(parts: { place: Place; directory: string; cleanUp: CleanUp }): Promise<string> {
  const { place, directory, cleanUp } = parts;
  if (place !== 'without-holes') {
    const kind = place.startsWith('btrfs') ? 'btrfs' : 'xfs';
    const pool = await cleanUp.make({
      what: place,
      make: () => createLoopDisk({ directory, name: place, bytes: PLACE_BYTES, kind }),
      undo: async (made) => made[Symbol.asyncDispose](),
    });
    return pool.mount;
  }
  // ntfs-3g is a FUSE filesystem without FALLOC_FL_PUNCH_HOLE, as NFS before 4.2 is one, too; it mounts a plain file.
  const image = join(directory, `${place}.img`);
  const mount = join(directory, place);
  await cleanUp.make({
    what: place,
    async make() {
      await mkdir(mount);
      await writeFile(image, '');
      await truncate(image, PLACE_BYTES);
      await runCommand('mkntfs', ['--quiet', '--quick', '--force', image]);
      await runCommand('ntfs-3g', [image, mount]);
    },
    async undo() {
      await unmount(mount);
      await rm(image);
    },
  });
  return mount;
}
