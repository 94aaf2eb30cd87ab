import type { Clock } from '../ports/clock.ts';

export function createClock(): Clock {
  return {
    now: () => Date.now(),
    // Not performance.now(): touching it loads perf_hooks, half a megabyte.
    monotonicMs: () => Number(process.hrtime.bigint() / 1000n) / 1000,
    after(delayMs, call) {
      const timer = setTimeout(call, delayMs);
      timer.unref();
      return () => clearTimeout(timer);
    },
  };
}
