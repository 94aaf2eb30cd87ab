import { readdirSync, readFileSync, statSync } from 'node:fs';

/** Something that grows as long as what is waited for is on its way. */
export interface Gauge {
  /** For messages: `bytes on its console`. */
  readonly what: string;
  /** Throws when it can grow no more: then waiting is over. */
  readonly read: () => number;
  /** By how much it has to grow to count as movement. */
  readonly step: number;
}

/** All that may move; one of them is enough. */
export type Movement = readonly Gauge[];

/**
 * An idle guest's QEMU under emulation takes 10 to 20 ms of a processor each second: that is not movement, and this is
 * a minute of it and more.
 */
const PROCESSOR_STEP_MS = 2_500;

/** A text that only grows: a log, a console. */
export function textLength(what: string, read: () => string): Gauge {
  return { what: `characters of ${what}`, read: () => read().length, step: 1 };
}

/** A file that only grows; one that is not there has no bytes. */
export function fileLength(path: string): Gauge {
  return { what: `bytes in ${path}`, read: () => statSync(path, { throwIfNoEntry: false })?.size ?? 0, step: 1 };
}

/**
 * The milliseconds that a process and its descendants ran on a processor or waited for one: on a machine that is too
 * busy for them they move all the same. kernel: Documentation/scheduler/sched-stats.rst, /proc/<pid>/schedstat. Throws
 * when the process is gone.
 */
export function processorTime(what: string, pid: number): Gauge {
  return {
    what: `ms of processor time that ${what} ran or waited for`,
    step: PROCESSOR_STEP_MS,
    read() {
      if (isGone(pid)) throw new Error(`${what} is gone (process ${pid})`);
      return Math.round([pid, ...descendantsOf(pid)].reduce((sum, each) => sum + wantedMs(each), 0));
    },
  };
}

function wantedMs(pid: number): number {
  return listTasks(pid).reduce((sum, task) => {
    const [ran = 0, waited = 0] = read(`/proc/${pid}/task/${task}/schedstat`).split(' ').map(Number);
    return sum + (ran + waited) / 1e6;
  }, 0);
}

function descendantsOf(pid: number): readonly number[] {
  const children = listTasks(pid)
    .flatMap((task) => read(`/proc/${pid}/task/${task}/children`).split(' '))
    .filter((text) => text !== '')
    .map(Number);
  return children.flatMap((child) => [child, ...descendantsOf(child)]);
}

/** A zombie that waits for its parent to notice counts as gone. */
function isGone(pid: number): boolean {
  return /^$|\) [ZX] /.test(read(`/proc/${pid}/stat`));
}

function listTasks(pid: number): readonly string[] {
  try {
    return readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
}

/** Empty for what went away while it was read. */
function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
