import { access, constants, stat } from 'node:fs/promises';
import { dirname } from 'node:path';

/**
 * Could files be made in this folder, or in the folder above it that is there and in which it would be made? Nothing is
 * made for it. Throws as the kernel says why not. False where it is not there yet.
 */
export async function requireFolder(path: string): Promise<boolean> {
  const status = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' && dirname(path) !== path) return null;
    throw error;
  });
  if (status === null) {
    await requireFolder(dirname(path));
    return false;
  }
  if (!status.isDirectory()) throw new Error(`${path} is no folder`);
  await access(path, constants.R_OK | constants.W_OK | constants.X_OK);
  return true;
}
