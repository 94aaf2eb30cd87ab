/** Of a file: who owns it, and its mode, as stat(2) says them. */
export interface FileRights {
  readonly uid: number;
  readonly mode: number;
}

/** Why what a file says may be somebody else's word; null where only `own` and root can have written it. */
export function tellForeign({ uid, mode }: FileRights, own: number): string | null {
  if (uid !== own && uid !== 0) return `it belongs to another user (${uid})`;
  return (mode & 0o022) === 0 ? null : 'others may write it';
}
