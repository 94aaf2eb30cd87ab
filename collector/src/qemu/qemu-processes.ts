import { resolve } from 'node:path/posix';
import { toCause } from '@trimtab/protocol/shared';
import type { Domain } from '../model/domain.ts';
import type { HostFiles } from '../ports/host-files.ts';
import { answered, type HostSource, type SourceFinding } from '../ports/host-source.ts';
import { findConfigurationFiles, MOST_CONFIGURATION_BYTES } from './command-line/configuration-file.ts';
import { readOptions } from './command-line/options.ts';
import { isQemu } from './command-line/program.ts';
import { type CommandLineFinding, parseCommandLine } from './command-line.ts';
import { findHandedOverDisks } from './host-devices.ts';
import { findMovedImages } from './moved-images.ts';

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
    const configurations = await readConfigurations({ files, pid, argv, cwd });
    const told = parseCommandLine({ argv, cwd, configurations });
    const { name, uuid, guestUuid, monitors, disks } = told;
    const key = `qemu:${pid}`;
    const seen = {
      key,
      name: name ?? key,
      source: 'qemu-process',
      libvirtUri: null,
      seenBy: ['qemu-process'],
      isRunning: true,
      pid,
      bootId: null,
    } as const;
    const domain: Domain = { ...seen, uuid, guestUuid, monitors, disks };
    const findings = [
      ...told.findings.map((finding) => toSourceFinding({ finding, key })),
      ...(await findHandedOverDisks({ files, guest: domain.name, devices: told.hostDevices })),
      ...(await findMovedImages({ files, domain })),
    ];
    return { domains: [domain], findings };
  } catch (error) {
    const sentence = `Its command line cannot be understood (${toCause(error)}); the guest is left out.`;
    return {
      domains: [],
      findings: [{ subject: `QEMU process ${pid}`, sentence, hint: `tr '\\0' '\\n' </proc/${pid}/cmdline` }],
    };
  }
}

function toSourceFinding({ finding, key }: { finding: CommandLineFinding; key: string }): SourceFinding {
  const { leftOut, ...rest } = finding;
  return leftOut === null ? rest : { ...rest, leftOut: { domain: key, disk: leftOut } };
}

/** The files as its QEMU saw them, which may have a root of its own. */
async function readConfigurations({
  files,
  pid,
  argv,
  cwd,
}: {
  files: HostFiles;
  pid: number;
  argv: readonly string[];
  cwd: string | null;
}): Promise<ReadonlyMap<string, string | null>> {
  const named = findConfigurationFiles(readOptions(argv)).slice(0, MOST_CONFIGURATIONS);
  const read = named.map(async (name) => {
    const path = cwd === null && !name.startsWith('/') ? null : resolve(cwd ?? '/', name);
    const text = path === null ? null : await files.readRegular(`/proc/${pid}/root${path}`, MOST_CONFIGURATION_BYTES);
    return [name, text] as const;
  });
  return new Map(await Promise.all(read));
}

/** Whoever can start a program can give it any name and as many files. */
export const MOST_CONFIGURATIONS = 16;
