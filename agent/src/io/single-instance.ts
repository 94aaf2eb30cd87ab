import { closeSync, constants, fstatSync, openSync, readFileSync, readlinkSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import process from 'node:process';
import { Fault, toCause } from '@trimtab/protocol/shared';
import type { Commands } from '../ports/commands.ts';
import type { Log } from '../ports/log.ts';
import { notWritable } from './folder.ts';
import { orNull } from './or-null.ts';

const NAME = 'agent.lock';

const { O_RDONLY, O_WRONLY, O_CREAT, O_TRUNC, O_NOFOLLOW, O_NONBLOCK } = constants;

/** The exit status of flock(1) where somebody else has the lock. */
const TAKEN = 1;

/**
 * Makes sure that no other agent works in this folder: two would report each other's running trim as one that was cut
 * off. The kernel's lock on a file in it (flock(2)) tells, also of an agent in another container, whose processes
 * cannot be seen from here; it ends with this process, however that ends. The file says which agent has it, and only
 * for people. Throws a Fault `already-running`, `lock-of-another` or `state-not-writable`.
 */
export async function claimFolder({
  path,
  commands,
  log,
}: {
  path: string;
  commands: Commands;
  log: Log;
}): Promise<void> {
  const place = join(path, NAME);
  // Never closed: the lock is the open file's, and stays when the program that took it has ended.
  const descriptor = openOwn(place);
  const lock = await takeLock({ commands, descriptor });
  if (lock.kind === 'taken') {
    closeSync(descriptor);
    throw alreadyRunning({ path, holder: readFileSync(place, 'utf8') });
  }
  if (lock.kind === 'unknown')
    log.warn(`A second agent with the state directory ${path} would not be noticed: ${lock.why}.`);
  noteHolder(place);
}

/** Does an agent work in this folder at the moment? False also where that cannot be told. */
export async function isClaimed({ path, commands }: { path: string; commands: Commands }): Promise<boolean> {
  const descriptor = orNull(() => openSync(join(path, NAME), O_RDONLY | O_NOFOLLOW | O_NONBLOCK));
  if (descriptor === null) return false;
  try {
    return (await takeLock({ commands, descriptor })).kind === 'taken';
  } finally {
    closeSync(descriptor);
  }
}

/** The process that noted itself last as the agent of this folder; null where it cannot be seen from here. */
export function readHolder(path: string): number | null {
  const holder = parseHolder(orNull(() => readFileSync(join(path, NAME), 'utf8')) ?? '');
  return holder?.isHere ? holder.pid : null;
}

function parseHolder(text: string): { readonly pid: number; readonly isHere: boolean } | null {
  const [, pid, surroundings] = /^(\d+) (.+)$/.exec(text) ?? [];
  return pid === undefined ? null : { pid: Number(pid), isHere: surroundings === readSurroundings() };
}

type Lock = { readonly kind: 'ours' | 'taken' } | { readonly kind: 'unknown'; readonly why: string };

async function takeLock({ commands, descriptor }: { commands: Commands; descriptor: number }): Promise<Lock> {
  try {
    const result = await commands.run({ file: 'flock', args: ['-n', '3'], descriptor });
    if (result.kind === 'missing') return { kind: 'unknown', why: 'there is no flock(1)' };
    const { exitCode, stderr } = result;
    if (exitCode === 0) return { kind: 'ours' };
    // BusyBox has the same status for what it cannot do, and says why.
    if (exitCode === TAKEN && stderr === '') return { kind: 'taken' };
    return { kind: 'unknown', why: stderr.trim() || `flock(1) ended with ${exitCode}` };
  } catch (error) {
    return { kind: 'unknown', why: toCause(error) };
  }
}

/**
 * In a folder that others may write to, they may have put anything there: a link, a FIFO, a file that they hold. For
 * reading alone: a filesystem on which a file is open for writing cannot be made read-only (mount(2), EBUSY).
 */
function openOwn(place: string): number {
  let descriptor: number;
  try {
    descriptor = openSync(place, O_RDONLY | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    throw (error as NodeJS.ErrnoException).code === 'ELOOP' ? notOwn(place) : notWritable({ subject: place, error });
  }
  const status = fstatSync(descriptor);
  // Whoever owns the folder may do anything in it: an agent of root's may follow one that ran as its owner.
  const trusted = [process.geteuid?.(), statSync(dirname(place)).uid];
  if (status.isFile() && trusted.includes(status.uid)) return descriptor;
  closeSync(descriptor);
  throw notOwn(place);
}

function notOwn(place: string): Fault {
  return new Fault({
    code: 'lock-of-another',
    operation: 'run the agent',
    subject: place,
    cause: 'it is no file of this user: somebody else has put it there',
    hint: 'Remove it, and let nobody else write to its folder (chmod 700).',
  });
}

function noteHolder(place: string): void {
  try {
    const descriptor = openSync(place, O_WRONLY | O_TRUNC | O_NOFOLLOW);
    try {
      writeSync(descriptor, `${process.pid} ${readSurroundings()}`);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    throw notWritable({ subject: place, error });
  }
}

/** Where a number names a process: this boot of this guest, this PID namespace. */
function readSurroundings(): string {
  const boot = orNull(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim());
  return `${boot} ${orNull(() => readlinkSync('/proc/self/ns/pid'))}`;
}

function alreadyRunning({ path, holder }: { path: string; holder: string }): Fault {
  const noted = parseHolder(holder);
  const { pid, isHere } = noted ?? { pid: null, isHere: false };
  const where = noted === null ? '' : isHere ? `: process ${pid}` : ', in another container or on another guest';
  return new Fault({
    code: 'already-running',
    operation: 'run the agent',
    subject: path,
    cause: `another agent works with this state directory${where}`,
    hint: `Stop that one first${isHere ? ` (kill ${pid})` : ''}, or give this one its own --state-directory.`,
  });
}
