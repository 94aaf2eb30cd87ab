import { access, constants, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { diskHint, Fault, tellForeign, toCause } from '@trimtab/protocol/shared';
import type { Folder, OwnFile } from '../ports/folder.ts';

/** Files under a folder of this machine; the folder is made with the first of them, for its owner alone. */
export function createFolder(path: string): Folder {
  return {
    async prepare() {
      try {
        await makeFolder(path);
        await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
      } catch (error) {
        throw notWritable({ subject: path, error });
      }
    },
    async list() {
      const entries = await orNull({ subject: path, reading: readdir(path, { withFileTypes: true }) });
      return (entries ?? [])
        .filter((entry) => entry.isFile() && !entry.name.endsWith('.tmp'))
        .map((entry) => entry.name)
        .sort();
    },
    read: (name) => orNull({ subject: join(path, name), reading: readFile(join(path, name), 'utf8') }),
    readOwn: (name) => orNull({ subject: join(path, name), reading: readOwn(join(path, name)) }),
    async write({ name, content }) {
      try {
        await makeFolder(path);
        await writeDurably({ folder: path, name, content });
      } catch (error) {
        throw notWritable({ subject: join(path, name), error });
      }
    },
    async remove(name) {
      try {
        await rm(join(path, name), { force: true });
      } catch (error) {
        throw notWritable({ subject: join(path, name), error });
      }
    },
    async setAside(name) {
      try {
        await makeFolder(join(path, 'broken'));
        await rename(join(path, name), join(path, 'broken', name));
      } catch (error) {
        throw notWritable({ subject: join(path, name), error });
      }
    },
  };
}

/** Of one descriptor: what is read is what was looked at. */
async function readOwn(path: string): Promise<OwnFile> {
  const file = await open(path, 'r');
  try {
    const status = await file.stat();
    const foreign = tellForeign(status, process.geteuid?.() ?? status.uid);
    return { content: await file.readFile('utf8'), foreign };
  } finally {
    await file.close();
  }
}

/**
 * With those above it; one that is there stays as it is. Not mkdir's `recursive`: on a filesystem that is read-only,
 * Node calls the folder missing then.
 */
async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(path) === path) throw error;
    await makeFolder(dirname(path));
    await mkdir(path, { mode: 0o700 });
  }
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
  } catch (error) {
    // On a disk that is full, half a file would take room, and may be half a secret.
    await rm(temporary, { force: true }).catch(() => {});
    throw error;
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

const OTHER_PLACE =
  'The agent keeps its state there. Run it as root, or give it another folder with --state-directory PATH.';

/** The state directory, or a file in it, cannot be written. */
export function notWritable({ subject, error }: { subject: string; error: unknown }): Fault {
  return new Fault({
    code: 'state-not-writable',
    operation: 'write',
    subject,
    cause: toCause(error),
    hint: diskHint({ error, otherwise: OTHER_PLACE }),
  });
}

async function orNull<Value>({
  subject,
  reading,
}: {
  subject: string;
  reading: Promise<Value>;
}): Promise<Value | null> {
  try {
    return await reading;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new Fault({
      code: 'state-not-readable',
      operation: 'read',
      subject,
      cause: toCause(error),
      hint: diskHint({ error, otherwise: OTHER_PLACE }),
    });
  }
}
