import type { HostView } from '../../model/domain.ts';
import type { Clock } from '../../ports/clock.ts';

/** What the sources of this host told last, read anew when it is too old. */
export interface FreshHost {
  /**
   * A reading that began at most so long ago. One at a time: who asks while an older one is under way gets the next,
   * with all others who asked meanwhile. Rejects as the reading does.
   */
  read(oldestMs: number): Promise<HostView>;
}

interface Reading {
  readonly beganMs: number;
  readonly view: Promise<HostView>;
  isOver: boolean;
}

export function createFreshHost({ clock, readHost }: { clock: Clock; readHost: () => Promise<HostView> }): FreshHost {
  let latest: Reading | null = null;
  /** Begins when the one under way is over. */
  let next: Promise<HostView> | null = null;

  function begin(): Promise<HostView> {
    const reading: Reading = { beganMs: clock.monotonicMs(), view: readHost(), isOver: false };
    latest = reading;
    next = null;
    reading.view
      // One that failed is not remembered.
      .catch(() => {
        if (latest === reading) latest = null;
      })
      .finally(() => {
        reading.isOver = true;
      });
    return reading.view;
  }

  return {
    read(oldestMs) {
      if (latest !== null && clock.monotonicMs() - latest.beganMs <= oldestMs) return latest.view;
      if (next !== null) return next;
      if (latest === null || latest.isOver) return begin();
      next = latest.view.then(begin, begin);
      return next;
    },
  };
}
