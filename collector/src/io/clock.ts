import type { Clock } from '../ports/clock.ts';

export const clock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, call) {
    let own: NodeJS.Immediate | undefined;
    // After what lies in the sockets: in a process that was busy the answer may be there, and only unread.
    const strike = () => {
      own = setImmediate(call).unref();
    };
    const timer = setTimeout(strike, delayMs).unref();
    return () => {
      clearTimeout(timer);
      clearImmediate(own);
    };
  },
};
