import type { GuestId } from '../../../model/guest-id.ts';
import type { Clock } from '../../../ports/clock.ts';

/** What failed for a guest is tried again, each `afterMs`, until it is done or called off. */
export function createRetries({ clock, afterMs }: { clock: Pick<Clock, 'after'>; afterMs: number }) {
  const pending = new Map<GuestId, () => void>();
  let isStopped = false;

  function callOff(guestId: GuestId): void {
    pending.get(guestId)?.();
    pending.delete(guestId);
  }

  /** `work` resolves to whether it is done; one that rejects is not. */
  function later(guestId: GuestId, work: () => Promise<boolean>): void {
    callOff(guestId);
    if (isStopped) return;
    const again = async () => {
      pending.delete(guestId);
      const isDone = await work().catch(() => false);
      // Something newer may have been put in its place meanwhile.
      if (!isDone && !pending.has(guestId)) later(guestId, work);
    };
    pending.set(
      guestId,
      clock.after(afterMs, () => void again()),
    );
  }

  return {
    later,
    callOff,
    stop(): void {
      isStopped = true;
      for (const guestId of [...pending.keys()]) callOff(guestId);
    },
  };
}
