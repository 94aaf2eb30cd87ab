/** The clock of both programs under the test's hand: time stands still until `advance`. */
export function createTestClock(startMs = 1_763_884_800_000) {
  let now = startMs;
  let jumpedMs = 0;
  let timers: { dueMs: number; call: () => void }[] = [];
  return {
    now: () => now + jumpedMs,
    monotonicMs: () => now - startMs,
    after(delayMs: number, call: () => void) {
      const timer = { dueMs: now + delayMs, call };
      timers.push(timer);
      return () => {
        timers = timers.filter((other) => other !== timer);
      };
    },
    /** Lets time pass, and calls what has come due, in order. */
    advance(byMs: number) {
      const untilMs = now + byMs;
      for (;;) {
        const [next] = timers.filter(({ dueMs }) => dueMs <= untilMs).sort((one, other) => one.dueMs - other.dueMs);
        if (next === undefined) break;
        timers = timers.filter((timer) => timer !== next);
        now = Math.max(now, next.dueMs);
        next.call();
      }
      now = untilMs;
    },
    /** The clock on the wall is put forward or back; no time passes (clock_settime(2)). */
    jump(byMs: number) {
      jumpedMs += byMs;
    },
    /** How many timers are armed. */
    armed: () => timers.length,
  };
}

export type TestClock = ReturnType<typeof createTestClock>;
