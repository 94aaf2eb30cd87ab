import { toReason } from '@trimtab/protocol/shared';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { Job } from '../../model/job.ts';
import type { Trimmer } from './agent-trimmer.ts';
import { type AwaitAnswerDeps, createAwaitAnswer } from './await-answer.ts';
import { calledOff, didNotCome } from './jobs/job-faults.ts';
import { waitsForVisit } from './jobs/job-log.ts';
import type { Jobs } from './jobs/jobs.ts';

/** So long after it was to come a guest is waited for. */
export const VISIT_PATIENCE_MS = 30 * 60_000;

export interface VisitRequestsDeps extends AwaitAnswerDeps {
  readonly clock: AwaitAnswerDeps['clock'] & { now(): number };
  readonly jobs: Pick<Jobs, 'open' | 'isWaiting' | 'refuse'>;
  readonly trimmer: Pick<Trimmer, 'ask'>;
}

/** What was asked of guests that visit, and are not there: it waits for them, for as long as its deadline says. */
export function createVisitRequests(deps: VisitRequestsDeps) {
  const { clock, log, jobs, trimmer, isHere } = deps;
  const awaitAnswer = createAwaitAnswer(deps);

  function refuse(job: Job, why: typeof didNotCome): void {
    const { id: requestId, guestId } = job;
    jobs.refuse({ requestId, guestId, problem: why(job) }).catch((error) => {
      log.error({ requestId, reason: toReason(error) }, 'a request could not be answered');
    });
  }

  return {
    /** From now on; also one that an earlier run of the collector took. */
    waitForVisit(job: Job): void {
      if (job.deadline === null) return;
      clock.after(Math.max(0, job.deadline - clock.now()), () => {
        if (jobs.isWaiting(job.id)) refuse(job, didNotCome);
      });
    },
    /** It has come: it is asked what waits for it, the oldest first. What it did not answer last time as well. */
    visited({ id: guestId }: Pick<ConnectedGuest, 'id'>): void {
      for (const log of jobs.open().filter(({ job }) => job.guestId === guestId)) {
        const { id: requestId, targets: mounts } = log.job;
        const isAsked = waitsForVisit(log) && trimmer.ask({ guestId, requestId, mounts, cures: null, mayTaint: false });
        if (isAsked) awaitAnswer(log.job);
      }
    },
    /** Those that are to be rung for. */
    awaited: (): readonly GuestId[] =>
      jobs.open().flatMap((log) => {
        const { guestId, options } = log.job;
        const isRungFor = waitsForVisit(log) && options.atVisit?.starter !== 'timer';
        return isRungFor && !isHere(guestId) ? [guestId] : [];
      }),
    /** Nobody has heard of it yet: it can simply end. */
    callOff: (job: Job): void => refuse(job, calledOff),
  };
}
