import { resolve } from 'node:path/posix';
import type { Domain, HostDisk } from '../../model/domain.ts';
import { toSocketPlace } from '../../model/network-image.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HostFiles } from '../../ports/host-files.ts';
import type { HypervisorProcesses } from '../processes/hypervisor-processes.ts';
import { readQemuNbd } from './qemu-nbd.ts';
import { readServers, type ServerProcess } from './server-processes.ts';
import { readStorageDaemon } from './storage-daemon.ts';

/** A survey asks for each guest: all of them are answered from one reading of /proc. */
const FRESH_MS = 2_000;

export interface ServedDisks {
  /** The domain, with the images behind those of its disks that another process of this host serves. Never throws. */
  follow(domain: Domain): Promise<Domain>;
}

/**
 * A Unix socket never leaves the host: whoever serves a disk over one has the image, and a discard setting of its own.
 */
export function createServedDisks({
  files,
  clock,
  processes,
}: {
  files: HostFiles;
  clock: Clock;
  processes: HypervisorProcesses;
}): ServedDisks {
  let last: { readonly untilMs: number; readonly servers: Promise<ReadonlyMap<string, ServerProcess>> } | null = null;
  return {
    async follow(domain) {
      if (domain.disks.every(({ image }) => toSocketPlace(image) === null)) return domain;
      if (last === null || clock.monotonicMs() > last.untilMs)
        last = { untilMs: clock.monotonicMs() + FRESH_MS, servers: readServers({ files, processes }) };
      const servers = await last.servers;
      return { ...domain, disks: domain.disks.map((disk) => followDisk(disk, servers)) };
    },
  };
}

function followDisk(disk: HostDisk, servers: ReadonlyMap<string, ServerProcess>): HostDisk {
  const place = toSocketPlace(disk.image);
  const server = place === null ? undefined : servers.get(place.socket);
  if (place === null || server === undefined) return disk;
  const chain = readChain(server, place);
  if (chain?.kind !== 'image') return disk;
  const { filename, storage, format, nodes, readOnly, dataFile } = chain;
  if (storage !== 'network' && !filename.startsWith('/') && server.cwd === null) return disk;
  return {
    ...disk,
    image: storage === 'network' ? filename : resolve(server.cwd ?? '/', filename),
    storage,
    format,
    readOnly: disk.readOnly || readOnly,
    nodes: [...disk.nodes, ...nodes.map(({ node, discard }) => ({ node, discard, role: 'server' }) as const)],
    ...(dataFile === null ? {} : { dataFile: resolve(server.cwd ?? '/', dataFile) }),
    server: { program: server.kind, pid: server.pid },
  };
}

/** A command line that is no such thing after all tells nothing. */
function readChain({ kind, argv }: ServerProcess, place: { socket: string; exportName: string | null }) {
  try {
    return kind === 'qemu-nbd' ? readQemuNbd(argv) : readStorageDaemon(argv, place);
  } catch {
    return null;
  }
}
