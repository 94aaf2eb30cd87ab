import { isSocketAt } from '../model/socket-path.ts';
import type { HostFiles } from '../ports/host-files.ts';

/** A host with 100,000 sockets has about 8 MiB of it. */
export const MOST_SOCKETS_BYTES = 16 * 1024 * 1024;

/**
 * Does a connection wait at this socket while its owner serves another? A connection that nobody has taken yet is
 * CONNECTING and has no inode, one that was taken is CONNECTED (net/unix/af_unix.c, unix_seq_show). False where that
 * cannot be read, as of a socket of another network namespace.
 */
export async function waitsForQemu({
  files,
  path,
}: {
  files: Pick<HostFiles, 'readText'>;
  path: string;
}): Promise<boolean> {
  const text = (await files.readText('/proc/net/unix', MOST_SOCKETS_BYTES)) ?? '';
  const states = text.split('\n').flatMap((line) => {
    const [, state, inode, own] = /^\S+ \S+ \S+ \S+ \S+ (\S+) +(\d+) (.+)$/.exec(line) ?? [];
    return own !== undefined && isSocketAt({ path, told: own }) ? [`${state}${inode === '0' ? '' : ' taken'}`] : [];
  });
  return states.includes('02') && states.includes('03 taken');
}
