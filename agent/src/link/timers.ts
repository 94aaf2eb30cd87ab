import type { Clock } from '../ports/clock.ts';
import type { SessionTimer } from './session-model.ts';

export interface Timers {
  /** Replaces one of the same name. */
  arm(call: { readonly timer: SessionTimer; readonly delayMs: number }): void;
  disarm(timer: SessionTimer): void;
}

export function createTimers({
  clock,
  onElapsed,
}: {
  clock: Pick<Clock, 'after'>;
  onElapsed: (timer: SessionTimer) => void;
}): Timers {
  const armed = new Map<SessionTimer, () => void>();
  function disarm(timer: SessionTimer): void {
    armed.get(timer)?.();
    armed.delete(timer);
  }
  return {
    disarm,
    arm({ timer, delayMs }) {
      disarm(timer);
      armed.set(
        timer,
        clock.after(delayMs, () => onElapsed(timer)),
      );
    },
  };
}
