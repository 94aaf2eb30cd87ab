import type { RequestId, TrimId } from '@trimtab/protocol';
import type { GuestId } from '../../../model/guest-id.ts';
import { forgotten } from './job-faults.ts';
import { addEvent, isAnswered, type JobLog } from './job-log.ts';

/** Jobs whose logs are kept for those who come to watch late. */
export const JOBS_KEPT = 200;

/**
 * The logs of the newest jobs, found by request and by trim; of a guest that was asked, for another cannot add to them.
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
    /**
     * The one to take out when there are too many: one that was answered, if there is one; else the oldest, which ends
     * here.
     */
    endSurplus(): JobLog | null {
      if (logs.size <= JOBS_KEPT) return null;
      const surplus = [...logs.values()].find(isAnswered) ?? [...logs.values()][0] ?? null;
      if (surplus !== null) addEvent(surplus, { event: 'refused', problem: forgotten(JOBS_KEPT) });
      return surplus;
    },
  };
}
