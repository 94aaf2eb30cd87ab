import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { orNull } from './or-null.ts';

/** As the kernel counts the states of a connection (include/net/tcp_states.h). */
const ESTABLISHED = '01';

/** To which ports of others a process has connections over TCP, as far as this one may see (proc_pid_net(5)). */
export function readPeerPorts(pid: number): ReadonlySet<number> {
  const folder = `/proc/${pid}`;
  const descriptors = orNull(() => readdirSync(`${folder}/fd`)) ?? [];
  const own = new Set(descriptors.map((name) => orNull(() => readlinkSync(`${folder}/fd/${name}`))));
  const lines = ['tcp', 'tcp6'].flatMap((table) => readLines(`${folder}/net/${table}`));
  const ports = new Set<number>();
  for (const line of lines) {
    const [, , remote = '', state, , , , , , inode] = line.trim().split(/ +/);
    const port = Number.parseInt(remote.split(':')[1] ?? '', 16);
    if (state === ESTABLISHED && own.has(`socket:[${inode}]`)) ports.add(port);
  }
  return ports;
}

function readLines(path: string): readonly string[] {
  return (orNull(() => readFileSync(path, 'utf8')) ?? '').split('\n');
}
