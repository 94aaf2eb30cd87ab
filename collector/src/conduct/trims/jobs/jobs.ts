import type { Problem, RequestId, TrimId } from '@trimtab/protocol';
import type { GuestId } from '../../../model/guest-id.ts';
import { isAnswer, type Job, type LoggedJob } from '../../../model/job.ts';
import type { TrimEvent } from '../../../model/trim-event.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { WatchQuery } from '../../../ports/desk/trims.ts';
import type { Log } from '../../../ports/log.ts';
import type { JobsStore } from '../../../ports/store/jobs.ts';
import { createJobBook } from './job-book.ts';
import { guestForgotten, unknownRequest } from './job-faults.ts';
import { addEvent, isAnswered, type JobLog, openLog, waitsForVisit, wakeWatchers, watchLog } from './job-log.ts';
import { createJobWrites, type JobWrites } from './job-writes.ts';

/**
 * The jobs of this host, each with its log. Each is answered once: by a result, or by a problem that says why there is
 * none.
 */
export function createJobs({
  store,
  clock,
  log: said,
  logged,
}: {
  store: JobsStore;
  clock: Clock;
  log: Log;
  /** What earlier runs of the collector have stored. */
  logged: readonly LoggedJob[];
}) {
  const book = createJobBook();
  const writes = createJobWrites({ store, clock, log: said });
  for (const one of logged) book.add(openLog(one));

  function find(requestId: RequestId): JobLog {
    const log = book.get(requestId);
    if (log === null) throw unknownRequest(requestId);
    return log;
  }

  return {
    /** Stored when this resolves; rejects when it cannot be, and then there is no such job. */
    async begin(job: Job): Promise<void> {
      const refused = await beginJobs({ book, writes, jobs: [job] });
      if (refused.has(job.id)) throw refused.get(job.id);
    },
    /** As `begin`, in one transaction: those that cannot be stored, each with the reason. Rejects when the store fails. */
    beginAll: (jobs: readonly Job[]): Promise<ReadonlyMap<RequestId, unknown>> => beginJobs({ book, writes, jobs }),
    /** A guest can only answer a job of its own, and with one trim: the next is one that cures it. */
    tie({ requestId, trimId, guestId }: { requestId: RequestId; trimId: TrimId; guestId: GuestId }): void {
      const log = book.ofRequest({ requestId, guestId });
      if (log !== null && log.trimId === null && log.cured !== trimId) book.tie(log, trimId);
    },
    /** What happens to a trim, to whoever asked for it, if somebody did. */
    tell({ event, ...trim }: { trimId: TrimId; guestId: GuestId; event: TrimEvent }): Promise<void> | undefined {
      const log = book.ofTrim(trim);
      return log === null ? undefined : add({ book, writes, log }, event);
    },
    /** The guest says no, or nothing at all. */
    async refuse({ problem, ...request }: { requestId: RequestId; guestId: GuestId; problem: Problem }): Promise<void> {
      const log = book.ofRequest(request);
      if (log !== null) await add({ book, writes, log }, { event: 'refused', problem });
    },
    /**
     * Somebody wants it stopped. The trim to stop; null while the guest has not yet said which. Throws
     * `unknown-request`.
     */
    cancel({ requestId, now }: { requestId: RequestId; now: number }) {
      const log = find(requestId);
      log.job = { ...log.job, cancelledAt: log.job.cancelledAt ?? now };
      writes.note(log);
      const waiting = waitsForVisit(log) && !isAnswered(log) ? log.job : null;
      return { guestId: log.job.guestId, trimId: log.trimId, waiting };
    },
    /** Which guest was asked, and which trim answers; null while it has not said. Throws `unknown-request`. */
    find(requestId: RequestId) {
      const { job, trimId } = find(requestId);
      return { guestId: job.guestId, guestName: job.guestName, trimId };
    },
    /** All that was asked of a guest, with its results; what is still open ends here. Stored when this resolves. */
    forgetGuest: (guestId: GuestId): Promise<void> => forgetJobs({ book, writes, guestId }),
    isCancelled: (trim: { trimId: TrimId; guestId: GuestId }): boolean =>
      (book.ofTrim(trim)?.job.cancelledAt ?? null) !== null,
    /** Those that have not been answered. */
    open: (): readonly Readonly<JobLog>[] => book.open(),
    /** Has the guest not yet said which trim answers it? */
    isWaiting(requestId: RequestId): boolean {
      const log = book.get(requestId);
      return log !== null && !isAnswered(log) && log.trimId === null && log.cured === null;
    },
    /** Throws `unknown-request` at the first event that is asked for. */
    async *watch({ requestId, after, signal }: WatchQuery) {
      yield* watchLog({ log: find(requestId), after, signal });
    },
    /** Resolves once all that has happened so far is stored. */
    written: (): Promise<void> => writes.written(),
  };
}

export type Jobs = ReturnType<typeof createJobs>;

interface Kept {
  readonly book: ReturnType<typeof createJobBook>;
  readonly writes: JobWrites;
}

function toRequested({ id: requestId, guestName: guest, options: { atVisit }, deadline }: Job): TrimEvent {
  if (atVisit === undefined || deadline === null) return { event: 'requested', requestId, guest };
  const nextAt = atVisit.nextVisitAt === null ? null : new Date(atVisit.nextVisitAt).toISOString();
  const visit = { nextAt, until: new Date(deadline).toISOString() };
  return { event: 'requested', requestId, guest, visit };
}

async function beginJobs({
  book,
  writes,
  jobs,
}: Kept & { readonly jobs: readonly Job[] }): Promise<ReadonlyMap<RequestId, unknown>> {
  const logs = jobs.map((job) => {
    const log = openLog({ job, events: [] });
    book.add(log);
    addEvent(log, toRequested(job));
    forget({ book, writes }, book.endSurplus());
    return log;
  });
  try {
    const refused = await writes.begin(logs);
    // What has happened to them meanwhile may be stored.
    forget({ book, writes }, [...refused.keys()]);
    return new Map([...refused].map(([{ job }, reason]) => [job.id, reason]));
  } catch (error) {
    forget({ book, writes }, logs);
    throw error;
  }
}

/** What stays stored longer keeps nobody waiting. */
function forget({ book, writes }: Kept, logs: readonly JobLog[]): void {
  for (const log of logs) {
    book.remove(log);
    writes.note(log, 'forgotten');
  }
  if (logs.length > 0) writes.written().catch(() => {});
}

async function forgetJobs({ book, writes, guestId }: Kept & { guestId: GuestId }): Promise<void> {
  for (const log of book.all().filter(({ job }) => job.guestId === guestId)) {
    addEvent(log, { event: 'refused', problem: guestForgotten(log.job.guestName) });
    book.remove(log);
    writes.note(log, 'forgotten');
  }
  await writes.written();
}

/** An answer, and what must not be done twice after a restart, is stored when this resolves; all else soon after. */
function add({ book, writes, log }: Kept & { log: JobLog }, event: TrimEvent): Promise<void> | undefined {
  if (!addEvent(log, event)) return;
  book.noted(log);
  if (event.event === 'progress') {
    wakeWatchers(log);
    return;
  }
  writes.note(log);
  const written = writes.written(log);
  if (isAnswer(event) || event.event === 'again') return written;
  // Whoever needs it stored waits for `written` itself.
  written.catch(() => {});
}
