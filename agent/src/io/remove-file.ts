import { rm } from 'node:fs/promises';

/** Fine if it is absent. */
export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}
