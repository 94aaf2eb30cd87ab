import type { RequestId, TrimId } from '@trimtab/protocol';
import type { GuestId } from '../../../model/guest-id.ts';
import { forgotten } from './job-faults.ts';
import { addEvent, isAnswered, type JobLog } from './job-log.ts';

/** Answered jobs whose logs are kept for those who come to watch late. */
export const ANSWERED_KEPT = 200;

/** Jobs that wait for their answers: one for each guest that may be connected, unless that is set higher. */
export const MOST_OPEN = 5_000;

/**
 * The logs of the open jobs and of the newest that were answered, found by request and by trim; of a guest that was
 * asked, for another cannot add to them.
 */
export function createJobBook() {
  const logs = new Map<RequestId, JobLog>();
  const logsByTrim = new Map<TrimId, JobLog>();
  const ofGuest = (log: JobLog | undefined, guestId: GuestId): JobLog | null =>
    log?.job.guestId === guestId ? log : null;

  return {
    add(log: JobLog): void {
      logs.set(log.job.id, log);
      for (const trimId of [log.trimId, log.cured]) if (trimId !== null) logsByTrim.set(trimId, log);
    },
    remove({ job, trimId, cured }: JobLog): void {
      logs.delete(job.id);
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
    all: (): readonly JobLog[] => [...logs.values()],
    /** Those to take out when there are too many: the oldest that were answered; the oldest open one ends here. */
    endSurplus(): readonly JobLog[] {
      const [open, answered]: [JobLog[], JobLog[]] = [[], []];
      for (const log of logs.values()) (isAnswered(log) ? answered : open).push(log);
      const surplus = answered.slice(0, -ANSWERED_KEPT);
      const [oldest] = open.length > MOST_OPEN ? open : [];
      if (oldest === undefined) return surplus;
      addEvent(oldest, { event: 'refused', problem: forgotten(MOST_OPEN) });
      return [...surplus, oldest];
    },
  };
}
