import type { RequestId } from '@trimtab/protocol';
import type { Clock } from '../../../ports/clock.ts';
import type { JobsStore } from '../../../ports/store/jobs.ts';
import { type JobLog, wakeWatchers } from './job-log.ts';

export interface JobWrites {
  /** It has changed; `forgotten`: it is to be taken out, and whoever watches sees its end. */
  note(log: JobLog, change?: 'forgotten'): void;
  /** It is not to be written after all. */
  drop(log: JobLog): void;
  /** Resolves once all that was noted before is stored. Rejects when the store fails; then it is tried again later. */
  written(): Promise<void>;
}

/** After the store failed. Who waits for it was told; what happened without a guest, such as an answer that came too late, was not. */
const RETRY_MS = 5_000;

/** Writes the logs of jobs, one transaction after the other: what is noted while one runs goes with the next. */
export function createJobWrites({
  store,
  clock,
}: {
  store: Pick<JobsStore, 'saveJobs'>;
  clock: Pick<Clock, 'after'>;
}): JobWrites {
  const changed = new Set<JobLog>();
  const forgotten = new Map<RequestId, JobLog>();
  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  let stopRetry = () => {};

  async function writeAll(): Promise<void> {
    stopRetry();
    if (changed.size === 0 && forgotten.size === 0) return;
    const taken = { changed: [...changed], forgotten: [...forgotten] };
    changed.clear();
    forgotten.clear();
    const newest = taken.changed.map((log) => [log, log.events.at(-1)?.number ?? 0] as const);
    try {
      await store.saveJobs({
        changed: taken.changed.map(({ job, events, storedUpTo }) => ({
          job,
          events: events.filter(({ number }) => number > storedUpTo),
        })),
        forgotten: taken.forgotten.map(([id]) => id),
      });
    } catch (error) {
      for (const log of taken.changed) changed.add(log);
      for (const [id, log] of taken.forgotten) forgotten.set(id, log);
      stopRetry = clock.after(RETRY_MS, () => void written().catch(() => {}));
      throw error;
    }
    for (const [log, number] of newest) {
      log.storedUpTo = number;
      wakeWatchers(log);
    }
  }

  function written(): Promise<void> {
    next ??= running
      .catch(() => {})
      .then(() => {
        running = next ?? running;
        next = null;
        return writeAll();
      });
    return next;
  }

  return {
    note(log, change) {
      changed.add(log);
      if (change === 'forgotten') forgotten.set(log.job.id, log);
    },
    drop: (log) => void changed.delete(log),
    written,
  };
}
