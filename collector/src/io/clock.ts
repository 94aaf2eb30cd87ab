import type { Clock } from '../ports/clock.ts';

export const clock: Clock = {
  now: () => Date.now(),
  monotonicMs: () => performance.now(),
  after(delayMs, call) {
    let own: NodeJS.Immediate | undefined;
    // After what lies in the sockets: in a process that was busy the answer may be there, and only unread. Not without
    // its reference: such a one comes only when something else wakes the event loop.
    const strike = () => {
      own = setImmediate(call);
    };
    const timer = setTimeout(strike, delayMs).unref();
    return () => {
      clearTimeout(timer);
      clearImmediate(own);
    };
  },
};
