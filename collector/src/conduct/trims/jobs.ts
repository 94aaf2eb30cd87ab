import type { Problem, RequestId, TrimId } from '@trimtab/protocol';
import type { GuestId } from '../../model/guest-id.ts';
import { isAnswer, type Job, type LoggedJob } from '../../model/job.ts';
import type { TrimEvent } from '../../model/trim-event.ts';
import type { WatchQuery } from '../../ports/desk/trims.ts';
import type { JobsStore } from '../../ports/store/jobs.ts';
import { forgotten, unknownRequest } from './job-faults.ts';
import { addEvent, isAnswered, type JobLog, openLog, wakeWatchers, watchLog } from './job-log.ts';
import { createJobWrites } from './job-writes.ts';

/** Jobs whose logs are kept for those who come to watch late. */
export const JOBS_KEPT = 200;

/** The jobs of this host, each with its log. Each is answered once: by a result, or by a problem that says why there is none. */
export function createJobs({ store, logged }: { store: JobsStore; logged: readonly LoggedJob[] }) {
  const logs = new Map<RequestId, JobLog>();
  const logsByTrim = new Map<TrimId, JobLog>();
  const writes = createJobWrites(store);

  for (const one of logged) keep(openLog(one));

  function keep(log: JobLog): void {
    logs.set(log.job.id, log);
    for (const trimId of [log.trimId, log.cured]) if (trimId !== null) logsByTrim.set(trimId, log);
  }

  function find(requestId: RequestId): JobLog {
    const log = logs.get(requestId);
    if (log === undefined) throw unknownRequest(requestId);
    return log;
  }

  /** Of a guest that was asked: another cannot add to its log. */
  function ofGuest(log: JobLog | undefined, guestId: GuestId): JobLog | null {
    return log?.job.guestId === guestId ? log : null;
  }

  /** An answer, and what must not be done twice after a restart, is stored when this resolves; all else soon after. */
  function add(log: JobLog, event: TrimEvent): Promise<void> | undefined {
    if (!addEvent(log, event)) return;
    if (event.event === 'progress') {
      wakeWatchers(log);
      return;
    }
    writes.note(log);
    const written = writes.written();
    if (isAnswer(event) || event.event === 'again') return written;
    // Whoever needs it stored waits for `written` itself.
    written.catch(() => {});
  }

  /** One that was answered, if there is one; else the oldest is ended, and those who watch it are told so. */
  function forgetOldest(): void {
    const oldest = [...logs.values()].find(isAnswered) ?? [...logs.values()][0];
    if (oldest === undefined) return;
    addEvent(oldest, { event: 'refused', problem: forgotten(JOBS_KEPT) });
    for (const trimId of [oldest.trimId, oldest.cured]) if (trimId !== null) logsByTrim.delete(trimId);
    logs.delete(oldest.job.id);
    writes.note(oldest, 'forgotten');
  }

  return {
    /** Stored when this resolves; rejects when it cannot be, and then there is no such job. */
    async begin(job: Job): Promise<void> {
      const log = openLog({ job, events: [] });
      keep(log);
      addEvent(log, { event: 'requested', requestId: job.id, guest: job.guestName });
      writes.note(log);
      if (logs.size > JOBS_KEPT) forgetOldest();
      try {
        await writes.written();
      } catch (error) {
        logs.delete(job.id);
        writes.drop(log);
        throw error;
      }
    },
    /** From here on the events of this trim belong to the job. A guest can only answer a job of its own. */
    tie({ requestId, trimId, guestId }: { requestId: RequestId; trimId: TrimId; guestId: GuestId }): void {
      const log = ofGuest(logs.get(requestId), guestId);
      if (log === null || log.trimId !== null || log.cured === trimId) return;
      log.trimId = trimId;
      logsByTrim.set(trimId, log);
    },
    /** What happens to a trim, to whoever asked for it, if somebody did. */
    tell({ trimId, guestId, event }: { trimId: TrimId; guestId: GuestId; event: TrimEvent }) {
      const log = ofGuest(logsByTrim.get(trimId), guestId);
      return log === null ? undefined : add(log, event);
    },
    /** The guest says no, or nothing at all. */
    async refuse(no: { requestId: RequestId; guestId: GuestId; problem: Problem }): Promise<void> {
      const log = ofGuest(logs.get(no.requestId), no.guestId);
      if (log !== null) await add(log, { event: 'refused', problem: no.problem });
    },
    /** Somebody wants it stopped. The trim to stop; null while the guest has not yet said which. Throws `unknown-request`. */
    cancel({ requestId, now }: { requestId: RequestId; now: number }) {
      const log = find(requestId);
      log.job = { ...log.job, cancelledAt: log.job.cancelledAt ?? now };
      writes.note(log);
      return { guestId: log.job.guestId, trimId: log.trimId };
    },
    isCancelled({ trimId, guestId }: { trimId: TrimId; guestId: GuestId }): boolean {
      return (ofGuest(logsByTrim.get(trimId), guestId)?.job.cancelledAt ?? null) !== null;
    },
    /** Those that have not been answered. */
    open: (): readonly Readonly<JobLog>[] => [...logs.values()].filter((log) => !isAnswered(log)),
    /** Has the guest not yet said which trim answers it? */
    isWaiting: (requestId: RequestId): boolean => {
      const log = logs.get(requestId);
      return log !== undefined && !isAnswered(log) && log.trimId === null && log.cured === null;
    },
    watch: ({ requestId, after, signal }: WatchQuery) => watchJob(requestId, { after, signal }),
    written: () => writes.written(),
  };

  async function* watchJob(requestId: RequestId, from: Pick<WatchQuery, 'after' | 'signal'>) {
    yield* watchLog({ log: find(requestId), ...from });
  }
}

export type Jobs = ReturnType<typeof createJobs>;
