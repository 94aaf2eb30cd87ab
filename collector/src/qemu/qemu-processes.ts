import { basename } from 'node:path/posix';
import { toCause } from '@trimtab/protocol/shared';
import type { Domain } from '../model/domain.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { answered, type HostSource, type SourceFinding } from '../ports/host-source.ts';
import { parseCommandLine } from './command-line.ts';
import { findMovedImages } from './open-images.ts';

/** Every running QEMU of this host, from /proc (proc_pid_cmdline(5)). A process that ends meanwhile is not there. */
export function createProcessSource({ files }: { files: HostFiles }): HostSource {
  return {
    source: 'qemu-process',
    async read() {
      const pids = (await files.list('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
      if (pids.length === 0)
        return { kind: 'unavailable', why: 'no processes in /proc', hint: 'mount -t proc proc /proc' };
      const read = await Promise.all(pids.sort((one, other) => one - other).map((pid) => readProcess(files, pid)));
      return answered(
        read.flatMap(({ domains }) => domains),
        read.flatMap(({ findings }) => findings),
      );
    },
  };
}

interface Read {
  readonly domains: readonly Domain[];
  readonly findings: readonly SourceFinding[];
}

const NOTHING: Read = { domains: [], findings: [] };

async function readProcess(files: HostFiles, pid: number): Promise<Read> {
  const argv = (await files.readText(`/proc/${pid}/cmdline`))?.replace(/\0$/, '').split('\0') ?? [];
  if (!isQemu(argv[0] ?? '')) return NOTHING;
  const cwd = await files.readLink(`/proc/${pid}/cwd`);
  try {
    const { name, findings, ...rest } = parseCommandLine({ argv, cwd });
    const key = `qemu:${pid}`;
    const seen = {
      key,
      name: name ?? key,
      source: 'qemu-process',
      libvirtUri: null,
      seenBy: ['qemu-process'],
      pid,
      bootId: null,
    } as const;
    const domain: Domain = { ...seen, ...rest };
    return { domains: [domain], findings: [...findings, ...(await findMovedImages({ files, domain }))] };
  } catch (error) {
    const sentence = `Its command line cannot be understood (${toCause(error)}); the guest is left out.`;
    return {
      domains: [],
      findings: [{ subject: `QEMU process ${pid}`, sentence, hint: `tr '\\0' '\\n' </proc/${pid}/cmdline` }],
    };
  }
}

/** Debian, Fedora and Proxmox names of the program: qemu-system-x86_64, qemu-kvm, kvm. */
function isQemu(program: string): boolean {
  const name = basename(program);
  return name.startsWith('qemu-system-') || name === 'qemu-kvm' || name === 'kvm';
}
