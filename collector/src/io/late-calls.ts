/** How often it is asked whether something is late: twice, so that a program that was stopped meanwhile is forgiven. */
const CHECK_MS = 250;

/** A call to the kernel that is under way. */
export interface Call {
  /** It has not ended in time; nobody knows whether it ever will. */
  onStuck(): void;
}

interface Running {
  readonly untilMs: number;
  state: 'in time' | 'late' | 'stuck';
}

/** Tells of calls that do not end in time, each once. */
export function createLateCalls({ patienceMs }: { readonly patienceMs: number }) {
  /** In the order of their start, which is that of their ends. */
  const running = new Map<Call, Running>();
  let checking: NodeJS.Timeout | null = null;

  function check(): void {
    if (running.size === 0 && checking !== null) {
      clearInterval(checking);
      checking = null;
    }
    const nowMs = performance.now();
    for (const [call, one] of running) {
      if (one.untilMs > nowMs) break;
      if (one.state === 'late') {
        one.state = 'stuck';
        call.onStuck();
      } else if (one.state === 'in time') one.state = 'late';
    }
  }

  return {
    begin(call: Call): void {
      running.set(call, { untilMs: performance.now() + patienceMs, state: 'in time' });
      checking ??= setInterval(check, Math.min(CHECK_MS, patienceMs)).unref();
    },
    /** Was it stuck until now? */
    end(call: Call): boolean {
      const isStuck = running.get(call)?.state === 'stuck';
      running.delete(call);
      return isStuck;
    },
    /** Those that are under way. */
    count: () => running.size,
  };
}
