import type { createOneAtATime } from '../../coordinate/one-at-a-time.ts';
import type { GuestId } from '../../model/guest-id.ts';

/**
 * Of one guest. Ours has 8 on the way (agent/src/conduct/deliver-reports.ts), and sends them again after each
 * reconnection; to conclude one takes longer than to send one, so that a guest that sends on and on would fill the
 * host's memory.
 */
export const REPORTS_WAITING = 64;

/**
 * The reports of a guest are concluded one after the other; a copy of one finds it stored. Rejects also when too many
 * wait.
 */
export function createReportQueue(oneAtATime: ReturnType<typeof createOneAtATime<GuestId>>) {
  const waiting = new Map<GuestId, number>();

  return async function queueReport(guestId: GuestId, conclude: () => Promise<void>): Promise<void> {
    const before = waiting.get(guestId) ?? 0;
    if (before >= REPORTS_WAITING) throw new Error(`${before} reports of this guest wait to be concluded already`);
    waiting.set(guestId, before + 1);
    try {
      await oneAtATime(guestId, conclude);
    } finally {
      const after = (waiting.get(guestId) ?? 1) - 1;
      if (after === 0) waiting.delete(guestId);
      else waiting.set(guestId, after);
    }
  };
}
