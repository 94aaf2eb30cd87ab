import { resolve } from 'node:path/posix';
import { inTurns } from '@trimtab/protocol/shared';
import type { Domain } from '../model/domain.ts';
import type { HostFiles } from '../ports/host-files.ts';
import type { HostSource, SourceFinding } from '../ports/host-source.ts';
import { findConfigurationFiles, MOST_CONFIGURATION_BYTES } from './command-line/configuration-file.ts';
import { readOptions } from './command-line/options.ts';
import { type CommandLine, type CommandLineFinding, parseCommandLine } from './command-line.ts';
import { findHandedOverDisks } from './host-devices.ts';
import { findMovedImages } from './moved-images.ts';
import type { HypervisorProcess, HypervisorProcesses } from './processes/hypervisor-processes.ts';
import { listIgnoredUsers, tellIgnored } from './processes/tell-ignored.ts';
import type { RecentImages } from './recent-images.ts';

/**
 * Every running QEMU of this host, from /proc (proc_pid_cmdline(5)), as far as its word is taken (see
 * hypervisor-processes.ts). A process that ends meanwhile is not there.
 */
export function createProcessSource({
  files,
  processes,
  recentImages,
}: {
  files: HostFiles;
  processes: HypervisorProcesses;
  recentImages: RecentImages;
}): HostSource {
  /** What a process was started with does not change. */
  const parsed = new WeakMap<HypervisorProcess, Promise<Parsed>>();

  function parse(process: HypervisorProcess): Promise<Parsed> {
    const before = parsed.get(process) ?? parseProcess(files, process);
    parsed.set(process, before);
    return before;
  }

  return {
    source: 'qemu-process',
    async read() {
      const { count, trusted, ignored } = await processes.read();
      if (count === 0) return { kind: 'unavailable', why: 'no processes in /proc', hint: 'mount -t proc proc /proc' };
      const guests = trusted.filter(({ kind }) => kind === 'qemu');
      const read = await inTurns({
        items: guests,
        atOnce: GUESTS_AT_ONCE,
        map: async (process) => addMoved(recentImages, await parse(process)),
      });
      return {
        kind: 'answered',
        domains: read.flatMap(({ domains }) => domains),
        findings: [...read.flatMap(({ findings }) => findings), ...tellIgnored(ignored, processes.users)],
        ignoredUsers: listIgnoredUsers(ignored),
      };
    },
  };
}

export const GUESTS_AT_ONCE = 32;

interface Parsed {
  readonly domains: readonly Domain[];
  readonly findings: readonly SourceFinding[];
}

async function addMoved(recentImages: RecentImages, { domains, findings }: Parsed): Promise<Parsed> {
  const moved = await Promise.all(
    domains.map(async (domain) => findMovedImages({ domain, opened: await recentImages.read(domain) })),
  );
  return { domains, findings: [...findings, ...moved.flat()] };
}

async function parseProcess(files: HostFiles, process: HypervisorProcess): Promise<Parsed> {
  const { pid, argv, cwd } = process;
  const configurations = await readConfigurations({ files, process });
  const told = parseOrExplain({ argv, cwd, configurations });
  if (typeof told === 'string') {
    const sentence = `Its command line cannot be understood (${told}); the guest is left out.`;
    const hint = `tr '\\0' '\\n' </proc/${pid}/cmdline`;
    return { domains: [], findings: [{ subject: `QEMU process ${pid}`, sentence, hint }] };
  }
  const { name, uuid, guestUuid, monitors, guestAgent, agentChannel, disks } = told;
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
  const channel = agentChannel === null ? {} : { agentChannel };
  const domain: Domain = { ...seen, uuid, guestUuid, monitors, guestAgent, ...channel, disks };
  const findings = [
    ...told.findings.map((finding) => toSourceFinding({ finding, key })),
    ...(await findHandedOverDisks({ files, guest: domain.name, devices: told.hostDevices })),
  ];
  return { domains: [domain], findings };
}

/**
 * Why not, in words of our own: those of the parser quote what it read, and a command line can have files read that are
 * nobody's business.
 */
function parseOrExplain(given: Parameters<typeof parseCommandLine>[0]): CommandLine | string {
  try {
    return parseCommandLine(given);
  } catch (error) {
    return error instanceof RangeError ? 'its JSON nests too deeply' : 'what begins as JSON in it is none';
  }
}

function toSourceFinding({ finding, key }: { finding: CommandLineFinding; key: string }): SourceFinding {
  const { leftOut, ...rest } = finding;
  return leftOut === null ? rest : { ...rest, leftOut: { domain: key, disk: leftOut } };
}

/** The files as its QEMU saw them, which may have a root of its own. */
async function readConfigurations({
  files,
  process: { pid, argv, cwd },
}: {
  files: HostFiles;
  process: HypervisorProcess;
}): Promise<ReadonlyMap<string, string | null>> {
  const named = findConfigurationFiles(readOptions(argv)).slice(0, MOST_CONFIGURATIONS);
  const read = named.map(async (name) => {
    const path = cwd === null && !name.startsWith('/') ? null : resolve(cwd ?? '/', name);
    const text = path === null ? null : await files.readText(`/proc/${pid}/root${path}`, MOST_CONFIGURATION_BYTES);
    return [name, text] as const;
  });
  return new Map(await Promise.all(read));
}

/** Whoever can start a program can give it any name and as many files. */
export const MOST_CONFIGURATIONS = 16;
