import type { Clock } from '../../../ports/clock.ts';

/** What may end a wait before its time. */
export type Ring = 'added' | 'retry';

/** Wakes one that waits: after a time, at a ring that it waits for, and when all stops. */
export function createAlarm({
  clock,
  stopping,
}: {
  readonly clock: Pick<Clock, 'after'>;
  readonly stopping: AbortSignal;
}) {
  let wakes: ((ring: Ring | null) => void) | null = null;
  stopping.addEventListener('abort', () => wakes?.(null));
  return {
    /** `delayMs`: null for no time of its own. A ring that came before is not heard. */
    async wait(delayMs: number | null, ring: Ring): Promise<void> {
      if (stopping.aborted) return;
      await new Promise<void>((resolve) => {
        const forget = delayMs === null ? () => {} : clock.after(Math.max(0, delayMs), () => wakes?.(null));
        wakes = (rung) => {
          if (rung !== null && rung !== ring) return;
          wakes = null;
          forget();
          resolve();
        };
      });
    },
    ring: (ring: Ring) => wakes?.(ring),
  };
}
