import type { HostFiles } from '../../ports/host-files.ts';
import { readDescriptors } from '../descriptors.ts';
import type { HypervisorProcess, HypervisorProcesses } from '../processes/hypervisor-processes.ts';
import { parseListeningSockets } from './unix-sockets.ts';

/** A program of QEMU's that serves images over a socket, and says on its command line which. */
export interface ServerProcess extends HypervisorProcess {
  readonly kind: 'qemu-nbd' | 'qemu-storage-daemon';
}

/** The processes of this host that serve images, by the path of each Unix socket that they listen on. */
export async function readServers({
  files,
  processes,
}: {
  files: HostFiles;
  processes: HypervisorProcesses;
}): Promise<ReadonlyMap<string, ServerProcess>> {
  const sockets = parseListeningSockets((await files.readText('/proc/net/unix')) ?? '');
  if (sockets.size === 0) return new Map();
  const servers = (await processes.read()).trusted.filter(isServer);
  const owners = new Map(
    (await Promise.all(servers.map((server) => readInodes(files, server)))).flatMap((inodes, index) =>
      inodes.map((inode) => [inode, servers[index]] as const),
    ),
  );
  return new Map(
    [...sockets].flatMap(([path, inode]) => {
      const owner = owners.get(inode);
      return owner === undefined ? [] : [[path, owner] as const];
    }),
  );
}

function isServer(process: HypervisorProcess): process is ServerProcess {
  return process.kind !== 'qemu';
}

async function readInodes(files: HostFiles, { pid }: ServerProcess): Promise<readonly string[]> {
  const read = async (number: string) => files.kernel.link(`/proc/${pid}/fd/${number}`);
  const links = await readDescriptors({ files, pid, read });
  return (links ?? []).flatMap((link) => /^socket:\[(\d+)\]$/.exec(link ?? '')?.[1] ?? []);
}
