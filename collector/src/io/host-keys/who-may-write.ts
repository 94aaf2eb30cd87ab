import type { Stats } from 'node:fs';
import { stat } from 'node:fs/promises';

/** Why what this file says may be somebody else's word; null where only its owner and root can have written it. */
export function tellForeign({ uid, mode }: Pick<Stats, 'uid' | 'mode'>): string | null {
  const own = process.getuid?.() ?? uid;
  if (uid !== own && uid !== 0) return `it belongs to another user (${uid})`;
  return (mode & 0o022) === 0 ? null : 'others may write it';
}

/** The same of the file at this path; null also where there is none. */
export async function findForeign(path: string): Promise<string | null> {
  const status = await stat(path).catch(() => null);
  return status === null ? null : tellForeign(status);
}
