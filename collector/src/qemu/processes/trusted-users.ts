import type { HostFiles } from '../../ports/host-files.ts';

export interface TrustedUsers {
  isTrusted(userId: number): boolean;
  /** Null where /etc/passwd has no name for it, as for most users of containers. */
  nameOf(userId: number): string | null;
  /** False where /etc/passwd could not be read: who is trusted by name is not known then. */
  readonly isWhole: boolean;
}

export const MOST_PASSWD_BYTES = 4 * 1024 * 1024;

/**
 * Who runs QEMU on this host: the users of the setting, by name (as /etc/passwd has it) or by number, root, and whoever
 * runs the collector: what that user may do, the collector may do.
 */
export async function readTrustedUsers({
  files,
  users,
  ownUserId,
}: {
  files: Pick<HostFiles, 'readText'>;
  users: readonly string[];
  ownUserId: number;
}): Promise<TrustedUsers> {
  const passwd = await files.readText('/etc/passwd', MOST_PASSWD_BYTES);
  const names = parsePasswd(passwd ?? '');
  const trusted = new Set([
    0,
    ownUserId,
    ...users.flatMap((user) => (/^\d+$/.test(user) ? [Number(user)] : [])),
    ...[...names].flatMap(([id, name]) => (users.includes(name) ? [id] : [])),
  ]);
  return {
    isTrusted: (userId) => trusted.has(userId),
    nameOf: (userId) => names.get(userId) ?? null,
    isWhole: passwd !== null,
  };
}

/** passwd(5): `name:password:UID:…`; of two names for one id the first counts, as for getpwuid(3). */
function parsePasswd(text: string): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const line of text.split('\n')) {
    const [name = '', , id = ''] = line.split(':');
    if (/^[\w][\w.-]*\$?$/.test(name) && /^\d+$/.test(id) && !names.has(Number(id))) names.set(Number(id), name);
  }
  return names;
}
