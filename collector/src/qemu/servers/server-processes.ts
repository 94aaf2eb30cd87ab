import { basename } from 'node:path/posix';
import type { HostFiles } from '../../ports/host-files.ts';
import { readDescriptors } from '../descriptors.ts';
import { parseListeningSockets } from './unix-sockets.ts';

/** Programs of QEMU's that serve images over a socket, and say on their command line which. */
export const SERVER_PROGRAMS = ['qemu-nbd', 'qemu-storage-daemon'] as const;
export type ServerProgram = (typeof SERVER_PROGRAMS)[number];

export interface ServerProcess {
  readonly pid: number;
  readonly program: ServerProgram;
  readonly argv: readonly string[];
  /** Null where it may not be read. */
  readonly cwd: string | null;
}

/** The processes of this host that serve images, by the path of each Unix socket that they listen on. */
export async function readServers(files: HostFiles): Promise<ReadonlyMap<string, ServerProcess>> {
  const sockets = parseListeningSockets((await files.readText('/proc/net/unix')) ?? '');
  if (sockets.size === 0) return new Map();
  const pids = (await files.list('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const processes = (await Promise.all(pids.map((pid) => readServer(files, pid)))).flat();
  const owners = new Map(
    (await Promise.all(processes.map((process) => readInodes(files, process)))).flatMap((inodes, index) =>
      inodes.map((inode) => [inode, processes[index]] as const),
    ),
  );
  return new Map(
    [...sockets].flatMap(([path, inode]) => {
      const owner = owners.get(inode);
      return owner === undefined ? [] : [[path, owner] as const];
    }),
  );
}

async function readServer(files: HostFiles, pid: number): Promise<readonly ServerProcess[]> {
  const argv = (await files.readText(`/proc/${pid}/cmdline`))?.replace(/\0$/, '').split('\0') ?? [];
  const program = SERVER_PROGRAMS.find((name) => name === basename(argv[0] ?? ''));
  return program === undefined ? [] : [{ pid, program, argv, cwd: await files.readLink(`/proc/${pid}/cwd`) }];
}

async function readInodes(files: HostFiles, { pid }: ServerProcess): Promise<readonly string[]> {
  const links = await readDescriptors({ files, pid, read: (number) => files.readLink(`/proc/${pid}/fd/${number}`) });
  return (links ?? []).flatMap((link) => /^socket:\[(\d+)\]$/.exec(link ?? '')?.[1] ?? []);
}
