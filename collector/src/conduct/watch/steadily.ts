import type { Clock } from '../../ports/clock.ts';

/** Not at once: whoever starts a collector has all its guests come back in the same moment. */
export const FIRST_AFTER_MS = 5_000;

/** Of a step. */
const EARLY = 0.1;

/**
 * Does a piece of work again and again, at steps that do not wander. A step that comes while the work of an earlier one
 * goes on is left out, and so are those that were missed: nothing is caught up.
 */
export function everySoOften({
  clock,
  everyMs,
  work,
  onFailed,
}: {
  clock: Pick<Clock, 'monotonicMs' | 'after'>;
  everyMs: number;
  work: () => Promise<void>;
  onFailed: (error: unknown) => void;
}): { start(): void; stop(): void } {
  let beganMs = 0;
  let isUnderWay = false;
  let disarm = () => {};

  function step(): void {
    // A timer may come a moment early.
    const passed = Math.floor((clock.monotonicMs() - beganMs) / everyMs + EARLY);
    arm(beganMs + (passed + 1) * everyMs);
    if (isUnderWay) return;
    isUnderWay = true;
    work()
      .catch(onFailed)
      .finally(() => {
        isUnderWay = false;
      });
  }

  function arm(dueMs: number): void {
    disarm = clock.after(Math.max(0, dueMs - clock.monotonicMs()), step);
  }

  return {
    start() {
      beganMs = clock.monotonicMs() + Math.min(everyMs, FIRST_AFTER_MS);
      arm(beganMs);
    },
    stop: () => disarm(),
  };
}
