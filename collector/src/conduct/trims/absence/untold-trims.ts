import type { RequestId } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import type { GuestId } from '../../../model/guest-id.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { OpenTrimMark } from '../../../ports/store/open-trims.ts';
import type { TrimsStore } from '../../../ports/store/trims.ts';
import { collectorStartedAnew, noResultKept } from './absence-faults.ts';
import type { createLostTrims } from './lost-trims.ts';
import type { OpenJobs, Waiting } from './open-jobs.ts';
import { createRetries } from './retries.ts';

/**
 * What qemu-ga did for an earlier run of this collector: it told that one, and tells nobody else. What was granted is
 * concluded by what the host measures now, unless that run stored what came of it and ended before it could say so;
 * what was not is answered so.
 */
export function createUntoldTrims({
  clock,
  log,
  store,
  openJobs,
  lostTrims,
  afterMs,
}: {
  clock: Pick<Clock, 'after'>;
  log: Log;
  store: Pick<TrimsStore, 'findTrim'>;
  openJobs: Pick<OpenJobs, 'ofQemuGa' | 'end' | 'finish'>;
  lostTrims: Pick<ReturnType<typeof createLostTrims>, 'loseUntold'>;
  /** What could not be answered or concluded is tried again then. */
  afterMs: number;
}) {
  const answers = createRetries<RequestId>({ clock, afterMs });
  const losses = createRetries<GuestId>({ clock, afterMs });
  // Nothing can be asked for yet: they are of earlier runs.
  const earlier: ReadonlySet<Waiting> = new Set(openJobs.ofQemuGa());
  let isStopped = false;

  async function answer(waiting: Waiting): Promise<boolean> {
    const { job, trimId, events } = waiting;
    const result = trimId === null ? null : await store.findTrim({ guestId: job.guestId, id: trimId });
    if (isStopped) return true;
    if (result !== null) await openJobs.finish(waiting, result);
    else {
      const wasGranted = events.some(({ event }) => event.event === 'granted');
      await openJobs.end([waiting], wasGranted ? noResultKept : collectorStartedAnew);
    }
    return true;
  }

  /** Now, or when it can be. The log is told once. */
  async function doOnce<Key>(
    retries: ReturnType<typeof createRetries<Key>>,
    { key, work }: { key: Key; work: () => Promise<boolean> },
  ): Promise<void> {
    const isDone = await work().catch((error) => {
      log.error({ of: key, reason: toReason(error) }, 'what qemu-ga did before the restart could not be told');
      return false;
    });
    if (!isDone) retries.later(key, work);
  }

  return {
    /** `open`: all that are. */
    async lose(open: readonly OpenTrimMark[]): Promise<void> {
      const granted = open.filter(({ inside }) => inside === 'qemu-ga');
      const isOpen = ({ job, trimId }: Waiting) =>
        granted.some(({ guestId, id }) => guestId === job.guestId && id === trimId);
      for (const waiting of openJobs.ofQemuGa().filter((one) => earlier.has(one) && !isOpen(one)))
        await doOnce(answers, { key: waiting.job.id, work: () => answer(waiting) });
      for (const guestId of new Set(granted.map((mark) => mark.guestId)))
        await doOnce(losses, { key: guestId, work: () => lostTrims.loseUntold(guestId, () => !isStopped) });
    },
    stop(): void {
      isStopped = true;
      answers.stop();
      losses.stop();
    },
  };
}
