import type { Clock } from '../../../ports/clock.ts';
import type { OpenTrimMark } from '../../../ports/store/open-trims.ts';
import { collectorStartedAnew } from './absence-faults.ts';
import type { createLostTrims } from './lost-trims.ts';
import type { OpenJobs } from './open-jobs.ts';
import { createRetries } from './retries.ts';

/**
 * What qemu-ga did for an earlier run of this collector: it told that one, and tells nobody else. What was granted is
 * concluded by what the host measures now; what was not is answered so.
 */
export function createUntoldTrims({
  clock,
  openJobs,
  lostTrims,
  afterMs,
}: {
  clock: Pick<Clock, 'after' | 'now'>;
  openJobs: Pick<OpenJobs, 'ofQemuGa' | 'end'>;
  lostTrims: Pick<ReturnType<typeof createLostTrims>, 'loseUntold'>;
  /** One that could not be concluded is tried again then. */
  afterMs: number;
}) {
  const retries = createRetries({ clock, afterMs });
  const beganAt = clock.now();
  let isStopped = false;

  return {
    async lose(open: readonly OpenTrimMark[]): Promise<void> {
      const granted = open.filter(({ inside }) => inside === 'qemu-ga');
      const ids = new Set(granted.map(({ id }) => id));
      await openJobs.end(
        // Doors are open: some may have been asked for since.
        openJobs.ofQemuGa().filter(({ job, trimId }) => job.askedAt < beganAt && (trimId === null || !ids.has(trimId))),
        collectorStartedAnew,
      );
      for (const guestId of new Set(granted.map((mark) => mark.guestId))) {
        const lose = () => lostTrims.loseUntold(guestId, () => !isStopped);
        if (!(await lose())) retries.later(guestId, lose);
      }
    },
    stop(): void {
      isStopped = true;
      retries.stop();
    },
  };
}
