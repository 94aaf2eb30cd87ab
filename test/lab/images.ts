import { randomFillSync } from 'node:crypto';
import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { LUKS_KEY } from '../support/guest/command-line.ts';
import { runCommand } from '../support/machine/command.ts';
import { type LabDisk, MIB, type Place, type Stand } from './lab-case.ts';

const IMAGE_BYTES = 512 * MIB;

/** Makes the images of a stand, by the ids of their disks, in `directory` or where they belong. */
export async function createImages(parts: {
  readonly stand: Stand;
  readonly directory: string;
  readonly folderOf: (place: Place) => Promise<string>;
}): Promise<Map<string, string>> {
  const { stand, directory, folderOf } = parts;
  const images = new Map<string, string>();
  for (const disk of stand.disks) {
    const folder = disk.image.place === undefined ? directory : await folderOf(disk.image.place);
    const path = join(folder, `${disk.id}.${disk.image.format}`);
    await createImage({ disk, path, fileBytes: stand.fileBytes });
    images.set(disk.id, path);
  }
  return images;
}

async function createImage(parts: { disk: LabDisk; path: string; fileBytes: number }): Promise<void> {
  const { disk, path, fileBytes } = parts;
  const { format, options, base, bytes = IMAGE_BYTES } = disk.image;
  if (format === 'raw') {
    await writeFile(path, '');
    await truncate(path, bytes);
    return;
  }
  // Few iterations: an emulated guest need not be safe.
  const secret = format === 'luks' ? ['--object', `secret,id=key,data=${LUKS_KEY}`] : [];
  const args = ['create', '-q', '-f', format, ...secret];
  if (format === 'luks') args.push('-o', 'key-secret=key,iter-time=10');
  if (disk.image.dataFile !== undefined) args.push('-o', `data_file=${path}.data`);
  if (options !== undefined) args.push('-o', options);
  if (base !== undefined) {
    const below = `${path}.base`;
    await createBase({ path: below, bytes, fileBytes: base === 'with-file' ? fileBytes : 0 });
    args.push('-b', below, '-F', 'raw');
  }
  await createWithQemuImg([...args, path, `${bytes}`]);
}

const TRIES = 20;

/**
 * For a LUKS key qemu-img measures how fast this processor is (crypto/pbkdf.c), and now and then gives up, since a
 * virtual machine's account of processor time went back: "Unable to get accurate CPU usage". That is no answer about
 * the image.
 */
async function createWithQemuImg(args: readonly string[]): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await runCommand('qemu-img', args);
      return;
    } catch (error) {
      if (attempt === TRIES || !/accurate CPU usage/.test(String(error))) throw error;
    }
  }
}

/** An ext4 that was there before the guest: mkfs fills it from a folder, so that nothing has to be mounted. */
async function createBase(parts: { path: string; bytes: number; fileBytes: number }): Promise<void> {
  const { path, bytes, fileBytes } = parts;
  const content = `${path}.content`;
  await mkdir(content);
  if (fileBytes > 0) await writeFile(join(content, 'file'), randomFillSync(new Uint8Array(fileBytes)));
  await writeFile(path, '');
  await truncate(path, bytes);
  await runCommand('mkfs.ext4', ['-q', '-J', 'size=4', '-E', 'nodiscard,lazy_itable_init=1', '-d', content, path]);
  await rm(content, { recursive: true });
}
