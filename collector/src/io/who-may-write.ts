import { stat } from 'node:fs/promises';
import { type FileRights, tellForeign } from '@trimtab/protocol/shared';

/** Why what this file says may be somebody else's word than of this process and root; null where it cannot be. */
export function tellForeignHere(file: FileRights): string | null {
  return tellForeign(file, process.getuid?.() ?? file.uid);
}

/** The same of the file at this path; null also where there is none. */
export async function findForeign(path: string): Promise<string | null> {
  const status = await stat(path).catch(() => null);
  return status === null ? null : tellForeignHere(status);
}
