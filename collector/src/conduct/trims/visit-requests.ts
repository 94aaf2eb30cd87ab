import type { RequestId } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { AskedBy } from '../../model/asked-by.ts';
import type { Job } from '../../model/job.ts';
import type { Visits } from '../../model/visits.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { Trimmer } from './agent-trimmer.ts';
import { calledOff, didNotCome } from './jobs/job-faults.ts';
import { waitsForVisit } from './jobs/job-log.ts';
import type { Jobs } from './jobs/jobs.ts';

/** So long after it was to come a guest is waited for. */
export const VISIT_PATIENCE_MS = 30 * 60_000;

export interface VisitWish {
  readonly guest: Pick<ConnectedGuest, 'id' | 'name'> & { readonly visits: Visits };
  readonly mounts: readonly string[] | null;
  readonly askedBy: AskedBy;
}

export interface VisitRequestsDeps {
  readonly clock: Pick<Clock, 'after' | 'now'>;
  readonly log: Log;
  readonly jobs: Pick<Jobs, 'begin' | 'open' | 'isWaiting' | 'refuse'>;
  readonly trimmer: Pick<Trimmer, 'ask'>;
  newRequestId(): RequestId;
  /** It was asked: how long it has to answer. */
  awaitAnswer(job: Job): void;
}

/** What was asked of guests that visit: it waits for them, for as long as its deadline says. */
export function createVisitRequests({ clock, log, jobs, trimmer, newRequestId, awaitAnswer }: VisitRequestsDeps) {
  function refuse(job: Job, why: typeof didNotCome): void {
    const { id: requestId, guestId } = job;
    jobs.refuse({ requestId, guestId, problem: why(job) }).catch((error) => {
      log.error({ requestId, reason: toReason(error) }, 'a request could not be answered');
    });
  }

  function ask({ id: requestId, guestId, targets: mounts }: Job): boolean {
    return trimmer.ask({ guestId, requestId, mounts, cures: null, mayTaint: false });
  }

  function wait(job: Job): void {
    if (job.deadline !== null)
      clock.after(Math.max(0, job.deadline - clock.now()), () => {
        if (jobs.isWaiting(job.id)) refuse(job, didNotCome);
      });
    // It may have come while the job was being stored.
    if (ask(job)) awaitAnswer(job);
  }

  return {
    async askAtVisit({ guest, mounts, askedBy }: VisitWish): Promise<RequestId> {
      const job = toJob({ id: newRequestId(), guest, mounts, askedBy, askedAt: clock.now() });
      await jobs.begin(job);
      wait(job);
      return job.id;
    },
    /** One that an earlier run of the collector took. */
    wait,
    /** It has come: it is asked what waits for it, the oldest first. What it did not answer last time as well. */
    visited({ id }: Pick<ConnectedGuest, 'id'>): void {
      for (const log of jobs.open().filter(({ job }) => job.guestId === id))
        if (waitsForVisit(log) && ask(log.job)) awaitAnswer(log.job);
    },
    /** Nobody has heard of it yet: it can simply end. */
    callOff: (job: Job): void => refuse(job, calledOff),
  };
}

function toJob({ id, guest, mounts, askedBy, askedAt }: VisitWish & Pick<Job, 'id' | 'askedAt'>): Job {
  const { nextVisitAt } = guest.visits;
  return {
    id,
    kind: 'trim',
    guestId: guest.id,
    guestName: guest.name,
    targets: mounts,
    options: { atVisit: { nextVisitAt } },
    askedBy,
    askedAt,
    deadline: Math.max(askedAt, nextVisitAt ?? askedAt) + VISIT_PATIENCE_MS,
    priority: 0,
    cancelledAt: null,
  };
}
