import { lstat, open, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import process from 'node:process';
import { Fault, sleep } from '@trimtab/protocol/shared';
import type { Clock } from '../ports/clock.ts';

/** Two that start at one moment see each other, and both step back; they try again at different ones. */
const ATTEMPTS = 10;
const PAUSE_MS = 100;

/** A process, so that no other is ever taken for it: a number is given again, but not in the same boot at one tick. */
interface Mark {
  readonly bootId: string;
  readonly pid: number;
  /** Field 22 of proc_pid_stat(5). */
  readonly startedAt: string;
}

/**
 * Makes sure that no other agent works in this folder: two would report each other's running trim as one that was cut
 * off. Each puts a file there that is named for its process, and looks for those of others; a file whose process has
 * ended, however that ended, counts for nothing and is removed. Nobody else can write there, so nobody can pretend.
 * Throws a Fault `already-running`.
 */
export async function claimFolder({ path, clock }: { path: string; clock: Pick<Clock, 'after'> }): Promise<void> {
  const own = await readOwnMark();
  const place = join(path, toName(own));
  for (let attempt = 1; ; attempt += 1) {
    // First the file, then the search: of two, the later one sees the other.
    await (await open(place, 'w', 0o600)).close();
    const [other] = await findOthers({ path, own });
    if (other === undefined) return;
    await rm(place, { force: true });
    if (attempt === ATTEMPTS) throw alreadyRunning({ path, pid: other.pid });
    await sleep(clock, PAUSE_MS * (0.5 + Math.random()));
  }
}

/** Those that run; the files of those that do not are removed on the way. */
async function findOthers({ path, own }: { path: string; own: Mark }): Promise<readonly Mark[]> {
  const others: Mark[] = [];
  for (const name of await readdir(path)) {
    const mark = parseName(name);
    if (mark === null || name === toName(own)) continue;
    const place = join(path, name);
    if (mark.bootId === own.bootId && (await readStart(mark.pid)) === mark.startedAt) {
      if (await isOurs(place)) others.push(mark);
    } else await rm(place, { force: true });
  }
  return others;
}

/** In a folder that others may write to, their files say nothing. */
async function isOurs(place: string): Promise<boolean> {
  const status = await lstat(place).catch(() => null);
  return status?.isFile() === true && status.uid === process.getuid?.();
}

async function readOwnMark(): Promise<Mark> {
  const bootId = (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim();
  return { bootId, pid: process.pid, startedAt: (await readStart(process.pid)) ?? '' };
}

/** Null of a process that is gone, or has ended and waits for its parent to notice. */
async function readStart(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'latin1').catch(() => '');
  // The name, in parentheses, may hold anything.
  const [state, ...rest] = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' || state === 'X' ? null : (rest[18] ?? null);
}

function toName({ bootId, pid, startedAt }: Mark): string {
  return `agent.${bootId}.${pid}.${startedAt}.lock`;
}

function parseName(name: string): Mark | null {
  const [, bootId, pid, startedAt] = /^agent\.([0-9a-f-]{36})\.(\d{1,10})\.(\d{1,20})\.lock$/.exec(name) ?? [];
  if (bootId === undefined || pid === undefined || startedAt === undefined) return null;
  return { bootId, pid: Number(pid), startedAt };
}

function alreadyRunning({ path, pid }: { path: string; pid: number }): Fault {
  return new Fault({
    code: 'already-running',
    operation: 'run the agent',
    subject: path,
    cause: `another agent works with this state directory: process ${pid}`,
    hint: `Stop that one first (kill ${pid}), or give this one its own --state-directory.`,
  });
}
