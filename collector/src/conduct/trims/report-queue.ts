import { createFewAtOnce } from '../../coordinate/few-at-once.ts';
import type { createOneAtATime } from '../../coordinate/one-at-a-time.ts';
import type { GuestId } from '../../model/guest-id.ts';

/**
 * Of one guest. Ours has 8 on the way (agent/src/conduct/deliver-reports.ts), and sends them again after each
 * reconnection; to conclude one takes longer than to send one, so that a guest that sends on and on would fill the
 * host's memory.
 */
export const REPORTS_WAITING = 64;

/**
 * Of all guests. Most of the time a report waits for its image to hold still; without this, thousands that come at once
 * would all be judged in the moment in which theirs do, and whoever asks something meanwhile would wait for all.
 */
export const CONCLUDED_AT_ONCE = 64;

/**
 * The reports of a guest are concluded one after the other; a copy of one finds it stored. Rejects also when too many
 * wait.
 */
export function createReportQueue(oneAtATime: ReturnType<typeof createOneAtATime<GuestId>>) {
  const waiting = new Map<GuestId, number>();
  const fewAtOnce = createFewAtOnce(CONCLUDED_AT_ONCE);

  return async function queueReport(guestId: GuestId, conclude: () => Promise<void>): Promise<void> {
    const before = waiting.get(guestId) ?? 0;
    if (before >= REPORTS_WAITING) throw new Error(`${before} reports of this guest wait to be concluded already`);
    waiting.set(guestId, before + 1);
    try {
      await oneAtATime(guestId, () => fewAtOnce(conclude));
    } finally {
      const after = (waiting.get(guestId) ?? 1) - 1;
      if (after === 0) waiting.delete(guestId);
      else waiting.set(guestId, after);
    }
  };
}
