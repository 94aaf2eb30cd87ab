import { Fault, toReason } from '@trimtab/protocol/shared';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { JobChanges, JobsStore } from '../../../ports/store/jobs.ts';
import { type JobLog, wakeWatchers } from './job-log.ts';

export interface JobWrites {
  /**
   * Stores new ones at once, all together. Nothing of them is being written, so whoever asked for them waits for none of
   * what happens to others. Those that the store takes from nobody, each with the reason; rejects when it fails.
   */
  begin(logs: readonly JobLog[]): Promise<ReadonlyMap<JobLog, unknown>>;
  /** It has changed; `forgotten`: it is to be taken out, and whoever watches sees its end. */
  note(log: JobLog, change?: 'forgotten'): void;
  /**
   * Resolves once all that was noted before is stored. Rejects when the store fails; then it is tried again later. A
   * log that the store takes from nobody is lost, and only who waits for this one log hears of it.
   */
  written(log?: JobLog): Promise<void>;
}

/**
 * After the store failed. Who waits for it was told; what happened without a guest, such as an answer that came too
 * late, was not.
 */
const RETRY_MS = 5_000;

/** What there is to write of a log. */
type Change = 'grown' | 'forgotten';
type Changes = ReadonlyMap<JobLog, Change>;

/**
 * Writes the logs of jobs, one transaction after the other: what is noted while one runs goes with the next. A new one
 * is written beside them.
 */
export function createJobWrites(deps: {
  readonly store: Pick<JobsStore, 'saveJobs'>;
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Log;
}): JobWrites {
  const { store, clock } = deps;
  let changes = new Map<JobLog, Change>();
  let running: Promise<unknown> = Promise.resolve();
  let next: Promise<ReadonlyMap<JobLog, unknown>> | null = null;
  let stopRetry = () => {};
  /** Told of in the log. */
  const lost = new WeakSet<JobLog>();

  /** The logs that were lost, each with the reason. */
  async function writeAll(): Promise<ReadonlyMap<JobLog, unknown>> {
    stopRetry();
    const taken = changes;
    changes = new Map();
    try {
      return await write(taken);
    } catch (error) {
      // What has changed meanwhile is newer.
      changes = new Map([...taken, ...changes]);
      stopRetry = clock.after(RETRY_MS, () => void written().catch(() => {}));
      throw error;
    }
  }

  /** One row that the store refuses, refuses the whole transaction: then each log gets one of its own. */
  async function write(taken: Changes): Promise<ReadonlyMap<JobLog, unknown>> {
    if (taken.size === 0) return new Map();
    const newest = [...taken.keys()].map((log) => [log, log.events.at(-1)?.number ?? 0] as const);
    let refused: ReadonlyMap<JobLog, unknown> = new Map();
    try {
      await store.saveJobs(toJobChanges(taken));
    } catch (error) {
      if (!isOfRow(error)) throw error;
      if (taken.size > 1) return writeEach(taken);
      refused = lose(newest, error);
    }
    for (const [log, number] of newest) {
      // A new one may be written beside what has happened to it since.
      log.storedUpTo = Math.max(log.storedUpTo, number);
      wakeWatchers(log);
    }
    return refused;
  }

  async function writeEach(taken: Changes): Promise<ReadonlyMap<JobLog, unknown>> {
    const refused = new Map<JobLog, unknown>();
    for (const one of taken) for (const [log, reason] of await write(new Map([one]))) refused.set(log, reason);
    return refused;
  }

  /** Its watchers go on, and what happens to it later is written if it can be. */
  function lose(newest: readonly (readonly [JobLog, number])[], reason: unknown): ReadonlyMap<JobLog, unknown> {
    for (const [log] of newest) {
      const about = { requestId: log.job.id, guest: log.job.guestName, reason: toReason(reason) };
      if (!lost.has(log)) deps.log.error(about, 'the log of a request cannot be stored: a restart forgets it');
      lost.add(log);
    }
    return new Map(newest.map(([log]) => [log, reason]));
  }

  async function written(log?: JobLog): Promise<void> {
    next ??= running
      .catch(() => {})
      .then(() => {
        running = next ?? running;
        next = null;
        return writeAll();
      });
    const refused = await next;
    if (log !== undefined) throwOf(log, refused);
  }

  return {
    begin: (logs) => write(new Map(logs.map((log) => [log, 'grown']))),
    note: (log, change) => void changes.set(log, change ?? changes.get(log) ?? 'grown'),
    written,
  };
}

/** Why this log was lost, if it was. */
function throwOf(log: JobLog, refused: ReadonlyMap<JobLog, unknown>): void {
  if (refused.has(log)) throw refused.get(log);
}

function toJobChanges(taken: Changes): JobChanges {
  const grown = [...taken].filter(([, change]) => change === 'grown').map(([log]) => log);
  const forgotten = [...taken].filter(([, change]) => change === 'forgotten').map(([log]) => log.job.id);
  const changed = grown.map(({ job, events, storedUpTo }) => ({
    job,
    events: events.filter(({ number }) => number > storedUpTo),
  }));
  return { changed, forgotten };
}

/**
 * It is what was to be written that cannot be, however often it is tried; any other Fault is of the database as a
 * whole.
 */
function isOfRow(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Fault && error.detail.code === 'store-error');
}
