import { toReason } from '@trimtab/protocol/shared';
import type { GuestId } from '../../../model/guest-id.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { OpenTrimMark, OpenTrimsStore } from '../../../ports/store/open-trims.ts';
import type { OpenJobs } from './open-jobs.ts';
import type { createUntoldTrims } from './untold-trims.ts';

/**
 * After a restart of the collector: the guests whose agent is to go on with a trim, or to answer a request, are waited
 * for, and what qemu-ga did for the run before is told. While it cannot be read which trims are open, nobody knows what
 * that was.
 */
export function createAwaitGuests({
  clock,
  log,
  store,
  openJobs,
  untold,
  awaitGuest,
  afterMs,
}: {
  clock: Pick<Clock, 'after'>;
  log: Log;
  store: Pick<OpenTrimsStore, 'openTrims'>;
  openJobs: Pick<OpenJobs, 'all'>;
  untold: ReturnType<typeof createUntoldTrims>;
  /** Unless it is here, or known to be away. */
  awaitGuest(guestId: GuestId): Promise<void>;
  /** What could not be read is read again then. */
  afterMs: number;
}) {
  let isStopped = false;
  let stopRetry = () => {};

  /** Of all guests; null where they cannot be read, which keeps none from being checked for its jobs. */
  async function readOpen(): Promise<readonly OpenTrimMark[] | null> {
    try {
      return await store.openTrims(null);
    } catch (error) {
      log.error({ reason: toReason(error) }, 'which trims are open could not be read');
      return null;
    }
  }

  async function awaitGuests(): Promise<void> {
    const open = await readOpen();
    if (isStopped) return;
    if (open === null) stopRetry = clock.after(afterMs, () => void awaitGuests());
    const ofAgents = (open ?? []).filter(({ inside }) => inside === 'trimtab-agent');
    const awaited = new Set([...ofAgents, ...openJobs.all()].map(({ guestId }) => guestId));
    const told = open === null ? [] : [untold.lose(open)];
    await Promise.all([...told, ...[...awaited].map(awaitGuest)]);
  }

  return {
    awaitGuests,
    stop(): void {
      isStopped = true;
      stopRetry();
      untold.stop();
    },
  };
}
