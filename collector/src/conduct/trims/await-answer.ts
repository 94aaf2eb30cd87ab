import { toReason } from '@trimtab/protocol/shared';
import type { GuestId } from '../../model/guest-id.ts';
import type { Job } from '../../model/job.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import { noAnswer } from './jobs/job-faults.ts';
import type { Jobs } from './jobs/jobs.ts';
import { ANSWER_TIMEOUT_MS } from './trim-model.ts';

export interface AwaitAnswerDeps {
  readonly clock: Pick<Clock, 'after'>;
  readonly log: Log;
  readonly jobs: Pick<Jobs, 'isWaiting' | 'refuse'>;
  isHere(guestId: GuestId): boolean;
}

/**
 * From when its guest was asked: one that has not said by then which trim answers does not hear. One that visits may
 * have left, and is asked again when it comes.
 */
export function createAwaitAnswer({ clock, log, jobs, isHere }: AwaitAnswerDeps): (job: Job) => void {
  return ({ id, guestId, guestName, options }) => {
    clock.after(ANSWER_TIMEOUT_MS, () => {
      if (!jobs.isWaiting(id) || (options.atVisit !== undefined && !isHere(guestId))) return;
      jobs.refuse({ requestId: id, guestId, problem: noAnswer(guestName) }).catch((error) => {
        log.error({ requestId: id, reason: toReason(error) }, 'a request could not be answered');
      });
    });
  };
}
