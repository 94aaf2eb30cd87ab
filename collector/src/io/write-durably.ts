import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * A file of its owner alone, whole or as it was: data, then name, then the folder that holds the name. rename(2) is
 * atomic, but lasts only once its folder is synced. Throws the error of the system.
 */
export async function writeDurably({ path, text }: { path: string; text: string }): Promise<void> {
  const temporary = `${path}.tmp`;
  // One of an earlier attempt, or of somebody who would read what comes into it.
  await rm(temporary, { force: true });
  const file = await open(temporary, 'wx', 0o600);
  try {
    await file.writeFile(text);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
  const folder = await open(dirname(path), 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
