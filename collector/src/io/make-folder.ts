import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Makes a folder and those above it; one that is there stays as it is. Not mkdir's `recursive`: where the parent exists
 * and still mkdir says ENOENT (/proc), Node 24 tries for ever.
 */
export async function makeFolder(path: string, mode: number): Promise<void> {
  const reason = await tryToMake(path, mode);
  if (reason?.code !== 'ENOENT') {
    if (reason !== null) throw reason;
    return;
  }
  if (dirname(path) !== path) await makeFolder(dirname(path), mode);
  const again = await tryToMake(path, mode);
  if (again !== null) throw again;
}

/** Null when there is something at the path now. That it is no folder shows when something is put into it. */
async function tryToMake(path: string, mode: number): Promise<NodeJS.ErrnoException | null> {
  try {
    await mkdir(path, { mode });
    return null;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === 'EEXIST' ? null : (error as NodeJS.ErrnoException);
  }
}
