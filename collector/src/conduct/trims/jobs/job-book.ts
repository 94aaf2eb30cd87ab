import type { RequestId, TrimId } from '@trimtab/protocol';
import type { GuestId } from '../../../model/guest-id.ts';
import { forgotten } from './job-faults.ts';
import { addEvent, isAnswered, type JobLog } from './job-log.ts';

/** Answered jobs whose logs are kept for those who come to watch late. */
export const ANSWERED_KEPT = 200;

/** Jobs that wait for their answers: one for each guest that may be connected, unless that is set higher. */
export const MOST_OPEN = 10_000;

/**
 * The logs of the open jobs and of the newest that were answered, found by request and by trim; of a guest that was
 * asked, for another cannot add to them.
 */
export function createJobBook() {
  const logs = new Map<RequestId, JobLog>();
  const logsByTrim = new Map<TrimId, JobLog>();
  /** Told apart as it happens: thousands are asked at once, and each would else look through all before it. */
  const [open, answered] = [new Set<JobLog>(), new Set<JobLog>()];
  const ofGuest = (log: JobLog | undefined, guestId: GuestId): JobLog | null =>
    log?.job.guestId === guestId ? log : null;

  return {
    add(log: JobLog): void {
      logs.set(log.job.id, log);
      (isAnswered(log) ? answered : open).add(log);
      for (const trimId of [log.trimId, log.cured]) if (trimId !== null) logsByTrim.set(trimId, log);
    },
    remove(log: JobLog): void {
      const { trimId, cured } = log;
      logs.delete(log.job.id);
      open.delete(log);
      answered.delete(log);
      for (const own of [trimId, cured]) if (own !== null) logsByTrim.delete(own);
    },
    get: (requestId: RequestId): JobLog | null => logs.get(requestId) ?? null,
    ofRequest: ({ requestId, guestId }: { requestId: RequestId; guestId: GuestId }) =>
      ofGuest(logs.get(requestId), guestId),
    ofTrim: ({ trimId, guestId }: { trimId: TrimId; guestId: GuestId }) => ofGuest(logsByTrim.get(trimId), guestId),
    /** From here on the events of this trim belong to the job. */
    tie(log: JobLog, trimId: TrimId): void {
      log.trimId = trimId;
      logsByTrim.set(trimId, log);
    },
    /** Something has happened to it. */
    noted(log: JobLog): void {
      if (isAnswered(log) && open.delete(log)) answered.add(log);
    },
    all: (): readonly JobLog[] => [...logs.values()],
    open: (): readonly JobLog[] => [...open],
    /** Those to take out when there are too many: the oldest that were answered; the oldest open one ends here. */
    endSurplus(): readonly JobLog[] {
      const surplus = answered.size > ANSWERED_KEPT ? [...answered].slice(0, -ANSWERED_KEPT) : [];
      const [oldest] = open.size > MOST_OPEN ? open : [];
      if (oldest === undefined) return surplus;
      addEvent(oldest, { event: 'refused', problem: forgotten(MOST_OPEN) });
      return [...surplus, oldest];
    },
  };
}
