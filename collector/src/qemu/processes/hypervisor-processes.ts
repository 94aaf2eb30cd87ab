import { basename } from 'node:path/posix';
import { inTurns, sleep } from '@trimtab/protocol/shared';
import type { Clock } from '../../ports/clock.ts';
import type { HostFiles } from '../../ports/host-files.ts';
import { isQemu } from '../command-line/program.ts';
import { readMark, readProgramName, readUserIds } from './process-facts.ts';
import { createRootPidfiles } from './root-pidfiles.ts';
import { readTrustedUsers, type TrustedUsers } from './trusted-users.ts';

/** QEMU itself, and its programs that serve images over a socket and say on their command line which. */
export type ProgramKind = 'qemu' | 'qemu-nbd' | 'qemu-storage-daemon';

/** A process whose word is taken. The same object at each reading, as long as it runs the same program. */
export interface HypervisorProcess {
  readonly pid: number;
  readonly kind: ProgramKind;
  /** Its first word is a name of the program, also where it was called by another. */
  readonly argv: readonly string[];
  /** Null where it may not be read. */
  readonly cwd: string | null;
}

/** A process that looks like one of QEMU’s programs, and whose word is not taken. */
export interface IgnoredProcess {
  readonly pid: number;
  /**
   * `user`: nobody who runs QEMU here runs it, and this is who does; null where that cannot be told. `program`: it is
   * only called so. `silent`: its command line is too long, or does not come.
   */
  readonly why: { readonly kind: 'user'; readonly user: IgnoredUser | null } | { readonly kind: 'program' | 'silent' };
}

export interface IgnoredUser {
  readonly id: number;
  /** As this host calls it; in a container it may have another name. */
  readonly name: string | null;
}

export interface ProcessList {
  /** Of all processes of the host; 0 where there is no /proc. */
  readonly count: number;
  readonly trusted: readonly HypervisorProcess[];
  readonly ignored: readonly IgnoredProcess[];
}

export interface HypervisorProcesses {
  /** Whose processes are taken for guests, by the setting. */
  readonly users: readonly string[];
  read(): Promise<ProcessList>;
  /** One of them by its id; null for any other. */
  find(pid: number): Promise<HypervisorProcess | null>;
}

/** Beyond what any QEMU was ever given: one with a thousand disks has a tenth. */
export const MOST_COMMAND_LINE_BYTES = 1024 * 1024;

/** Looked at without a pause; a hundred take some milliseconds. */
export const AT_A_STRETCH = 200;
export const READ_AT_ONCE = 32;

type Verdict =
  | { readonly kind: 'trusted'; readonly process: HypervisorProcess }
  | { readonly kind: 'ignored'; readonly process: IgnoredProcess }
  | { readonly kind: 'other' };

/** The hypervisor that starts a QEMU as another user locks its pidfile some moments later. */
const YOUNG_MS = 60_000;

interface Known {
  /** When it was met first. */
  readonly sinceMs: number;
  /** Null in a captured tree without `stat`: then it is read anew each time. */
  readonly mark: string | null;
  readonly verdict: Verdict;
}

/**
 * The processes of this host that are QEMU’s, by who runs them and by the file that they run: anybody can give a
 * program any name and any words. Of a process of anybody else the command line is not even read: it lies in that
 * process' memory, and its owner can keep a reader waiting; but where a hypervisor that runs as root says that it is
 * its QEMU (root-pidfiles.ts). What is known of a process is read once, when it is new.
 */
export function createHypervisorProcesses({
  files,
  clock,
  users,
  ownUserId,
}: {
  files: HostFiles;
  clock: Pick<Clock, 'after' | 'monotonicMs'>;
  users: readonly string[];
  ownUserId: number;
}): HypervisorProcesses {
  let known = new Map<number, Known>();
  const pidfiles = createRootPidfiles({ files, clock });

  async function judge(pid: number, trust: TrustedUsers): Promise<Verdict> {
    const userIds = readUserIds(files.kernel, pid);
    const program = readProgramName(files.kernel, pid);
    if (userIds === null || !userIds.every(trust.isTrusted)) {
      if (program === null || toKind(program) === null) return OTHER;
      const stranger = userIds?.find((id) => !trust.isTrusted(id));
      if (!(await pidfiles.name(pid))) return ignore(pid, { kind: 'user', user: toUser(stranger, trust) });
    }
    const text = await files.readText(`/proc/${pid}/cmdline`, MOST_COMMAND_LINE_BYTES);
    // A thread of the kernel has no words.
    if (text === '') return OTHER;
    const argv = text?.replace(/\0$/, '').split('\0') ?? [];
    const called = basename(argv[0] ?? '');
    // Where the file may not be read (the collector is not root), what it is called has to do.
    const kind = toKind(program ?? called);
    if (kind === null) return toKind(called) === null ? OTHER : ignore(pid, { kind: 'program' });
    if (text === null) return ignore(pid, { kind: 'silent' });
    const named = toKind(called) === kind ? argv : [program ?? called, ...argv.slice(1)];
    const cwd = await files.readLink(`/proc/${pid}/cwd`);
    return { kind: 'trusted', process: { pid, kind, argv: named, cwd } };
  }

  async function recall(pid: number, trust: TrustedUsers): Promise<Known> {
    const mark = readMark(files.kernel, pid);
    const before = known.get(pid);
    if (before !== undefined && mark !== null && before.mark === mark) return before;
    const nowMs = clock.monotonicMs();
    const sinceMs = before?.sinceMs ?? nowMs;
    const verdict = await judge(pid, trust);
    // One that did not answer may do so the next time, and so may /etc/passwd and who started it.
    const why = verdict.kind === 'ignored' ? verdict.process.why.kind : null;
    const isSure = why !== 'silent' && (why !== 'user' || (trust.isWhole && nowMs - sinceMs > YOUNG_MS));
    return { sinceMs, mark: isSure ? mark : null, verdict };
  }

  /** Those that are known take no time at all: a pause lets others have their turn. */
  async function recallAll(pids: readonly number[]): Promise<ReadonlyMap<number, Known>> {
    const trust = await readTrustedUsers({ files, users, ownUserId });
    const next = new Map<number, Known>();
    for (let from = 0; from < pids.length; from += AT_A_STRETCH) {
      if (from > 0) await sleep(clock, 0);
      const some = pids.slice(from, from + AT_A_STRETCH);
      const found = await inTurns({ items: some, atOnce: READ_AT_ONCE, map: (pid) => recall(pid, trust) });
      for (const [index, pid] of some.entries())
        next.set(pid, found[index] ?? { sinceMs: 0, mark: null, verdict: OTHER });
    }
    known = next;
    return next;
  }

  return {
    users,
    async read() {
      const pids = (await files.list('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
      const all = await recallAll(pids.sort((one, other) => one - other));
      const verdicts = [...all.values()].map(({ verdict }) => verdict);
      return {
        count: pids.length,
        trusted: verdicts.flatMap((one) => (one.kind === 'trusted' ? [one.process] : [])),
        ignored: verdicts.flatMap((one) => (one.kind === 'ignored' ? [one.process] : [])),
      };
    },
    async find(pid) {
      const { verdict } = await recall(pid, await readTrustedUsers({ files, users, ownUserId }));
      return verdict.kind === 'trusted' ? verdict.process : null;
    },
  };
}

const OTHER: Verdict = { kind: 'other' };

function ignore(pid: number, why: IgnoredProcess['why']): Verdict {
  return { kind: 'ignored', process: { pid, why } };
}

function toUser(id: number | undefined, { nameOf }: TrustedUsers): IgnoredUser | null {
  return id === undefined ? null : { id, name: nameOf(id) };
}

function toKind(program: string): ProgramKind | null {
  if (program === 'qemu-nbd' || program === 'qemu-storage-daemon') return program;
  return isQemu(program) ? 'qemu' : null;
}
