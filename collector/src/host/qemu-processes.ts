import { basename } from 'node:path/posix';
import { toCause } from '@trimtab/protocol/shared';
import type { Domain, Finding } from '../model/domain.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { parseCommandLine } from './command-line.ts';
import { findMovedImages } from './open-images.ts';

/** Every running QEMU of this host, from /proc (proc_pid_cmdline(5)). A process that ends meanwhile is not there. */
export async function readQemuProcesses({
  files,
}: {
  files: HostFiles;
}): Promise<{ readonly domains: readonly Domain[]; readonly findings: readonly Finding[] }> {
  const pids = (await files.list('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const read = await Promise.all(pids.sort((one, other) => one - other).map((pid) => readProcess(files, pid)));
  return { domains: read.flatMap(({ domains }) => domains), findings: read.flatMap(({ findings }) => findings) };
}

interface Read {
  readonly domains: readonly Domain[];
  readonly findings: readonly Finding[];
}

const NOTHING: Read = { domains: [], findings: [] };

async function readProcess(files: HostFiles, pid: number): Promise<Read> {
  const argv = (await files.readText(`/proc/${pid}/cmdline`))?.replace(/\0$/, '').split('\0') ?? [];
  if (!isQemu(argv[0] ?? '')) return NOTHING;
  const cwd = await files.readLink(`/proc/${pid}/cwd`);
  try {
    const { name, uuid, qmpSockets, disks, findings } = parseCommandLine({ argv, cwd });
    const key = `qemu:${pid}`;
    const domain = {
      key,
      name: name ?? key,
      uuid,
      source: 'qemu-process',
      pid,
      qmpSockets,
      bootId: null,
      disks,
    } as const;
    return { domains: [domain], findings: [...findings, ...(await findMovedImages({ files, domain }))] };
  } catch (error) {
    const sentence = `Its command line cannot be understood (${toCause(error)}); the guest is left out.`;
    return { domains: [], findings: [{ subject: `QEMU process ${pid}`, sentence, hint: null }] };
  }
}

/** Debian, Fedora and Proxmox names of the program: qemu-system-x86_64, qemu-kvm, kvm. */
function isQemu(program: string): boolean {
  const name = basename(program);
  return name.startsWith('qemu-system-') || name === 'qemu-kvm' || name === 'kvm';
}
