import { access, constants, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Fault, toCause } from '@trimtab/protocol/shared';
import type { Folder } from '../ports/folder.ts';

/** Files under a folder of this machine; the folder is made with the first of them, for its owner alone. */
export function createFolder(path: string): Folder {
  return {
    async prepare() {
      try {
        await mkdir(path, { recursive: true, mode: 0o700 });
        await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
      } catch (error) {
        throw notWritable({ subject: path, error });
      }
    },
    async list() {
      const entries = await orNull(readdir(path, { withFileTypes: true }));
      return (entries ?? [])
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.tmp'))
        .map((entry) => entry.name)
        .sort();
    },
    read: (name) => orNull(readFile(join(path, name), 'utf8')),
    async write({ name, content }) {
      try {
        await mkdir(path, { recursive: true, mode: 0o700 });
        await writeDurably({ folder: path, name, content });
      } catch (error) {
        throw notWritable({ subject: join(path, name), error });
      }
    },
    async remove(name) {
      await rm(join(path, name), { force: true });
    },
    async setAside(name) {
      await mkdir(join(path, 'broken'), { recursive: true, mode: 0o700 });
      await rename(join(path, name), join(path, 'broken', name));
    },
  };
}

/**
 * Data, then name, then the folder that holds the name: rename(2) is atomic, but lasts only once its folder is synced.
 */
async function writeDurably({
  folder,
  name,
  content,
}: {
  folder: string;
  name: string;
  content: string;
}): Promise<void> {
  const temporary = join(folder, `${name}.tmp`);
  const file = await open(temporary, 'w', 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, join(folder, name));
  const directory = await open(folder, 'r');
  try {
    await directory.sync();
  } finally {
    await directory.close();
  }
}

function notWritable({ subject, error }: { subject: string; error: unknown }): Fault {
  return new Fault({
    code: 'state-not-writable',
    operation: 'write',
    subject,
    cause: toCause(error),
    hint: 'The agent keeps its state there. Run it as root, or give it another folder with --state-directory PATH.',
  });
}

async function orNull<Value>(reading: Promise<Value>): Promise<Value | null> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
