/** `__SO_ACCEPTCON` of linux/net.h: somebody listens on it. */
const LISTENING = 0x10000;

/**
 * The inodes of the sockets that processes of this host listen on, by their paths, out of /proc/net/unix
 * (proc_net_unix(5)): `Num RefCount Protocol Flags Type St Inode Path`. A path may have spaces.
 */
export function parseListeningSockets(text: string): ReadonlyMap<string, string> {
  const sockets = new Map<string, string>();
  for (const line of text.split('\n')) {
    const [, flags = '', inode = '', path = ''] =
      /^[0-9a-fA-F]+: \S+ \S+ ([0-9a-fA-F]{8}) \S+ \S+ +(\d+) (\/.*)$/.exec(line) ?? [];
    if (path !== '' && (Number.parseInt(flags, 16) & LISTENING) !== 0) sockets.set(path, inode);
  }
  return sockets;
}
