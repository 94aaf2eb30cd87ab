import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** Who has a socket. */
export interface Holder {
  readonly pid: number;
  /** Of the program; where it reads a script, with that: `node trimtab.mjs`. */
  readonly name: string;
}

/** Who listens on this port, at whatever address; null where that cannot be seen: only root sees it of other users. */
export function whoListensOn(port: number): Holder | null {
  const tables = ['/proc/net/tcp', '/proc/net/tcp6'].map(readOr);
  return findHolder(tables.flatMap((table) => listeningInodes({ table, port })));
}

/** Who listens on the Unix socket at this path. */
export function whoListensAt(path: string): Holder | null {
  const lines = readOr('/proc/net/unix').split('\n');
  const inodes = lines.filter((line) => line.endsWith(` ${path}`)).map((line) => line.trim().split(/\s+/)[6] ?? '');
  return findHolder(inodes);
}

/** State 0A is LISTEN (proc_net_tcp); the local address is `HEX:PORT`. */
export function listeningInodes({ table, port }: { readonly table: string; readonly port: number }): readonly string[] {
  const wanted = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    return state === '0A' && local.endsWith(wanted) && inode !== undefined ? [inode] : [];
  });
}

function findHolder(inodes: readonly string[]): Holder | null {
  if (inodes.length === 0) return null;
  const links = new Set(inodes.map((inode) => `socket:[${inode}]`));
  for (const pid of listOr('/proc').filter((name) => /^\d+$/.test(name)))
    for (const descriptor of listOr(`/proc/${pid}/fd`))
      if (links.has(linkOr(`/proc/${pid}/fd/${descriptor}`)))
        return { pid: Number(pid), name: nameOf(readOr(`/proc/${pid}/cmdline`)) };
  return null;
}

/** No more of it: a secret may be among the rest. */
function nameOf(commandLine: string): string {
  const [program = '', first = ''] = commandLine.split('\0');
  return [program, ...(first.startsWith('/') ? [first] : [])].map((path) => basename(path)).join(' ') || 'a program';
}

/** A process ends, or is another user's. */
const readOr = (path: string) => orElse(() => readFileSync(path, 'utf8'), '');
const linkOr = (path: string) => orElse(() => readlinkSync(path), '');
const listOr = (path: string) => orElse(() => readdirSync(path), []);

function orElse<Value>(work: () => Value, otherwise: Value): Value {
  try {
    return work();
  } catch {
    return otherwise;
  }
}
