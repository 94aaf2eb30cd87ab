import type { HostView } from '../../model/domain.ts';
import type { Clock } from '../../ports/clock.ts';

/** What the sources of this host told last, read anew when it is too old. */
export interface FreshHost {
  /**
   * A reading that began at most so long ago; of those the last that is over, for which nobody has to wait. One at a
   * time: who asks while an older one is under way gets the next, with all others who asked meanwhile. Rejects as the
   * reading does.
   */
  read(oldestMs: number): Promise<HostView>;
}

interface Reading {
  readonly beganMs: number;
  readonly view: Promise<HostView>;
}

export function createFreshHost({ clock, readHost }: { clock: Clock; readHost: () => Promise<HostView> }): FreshHost {
  let latest: Reading | null = null;
  /** The last that did not fail. */
  let over: Reading | null = null;
  /** Begins when the one under way is over. */
  let next: Promise<HostView> | null = null;

  function begin(): Promise<HostView> {
    const reading: Reading = { beganMs: clock.monotonicMs(), view: readHost() };
    latest = reading;
    next = null;
    reading.view.then(
      () => {
        over = reading;
      },
      // One that failed is not remembered.
      () => {
        if (latest === reading) latest = null;
      },
    );
    return reading.view;
  }

  return {
    read(oldestMs) {
      const nowMs = clock.monotonicMs();
      for (const reading of [over, latest])
        if (reading !== null && nowMs - reading.beganMs <= oldestMs) return reading.view;
      if (next !== null) return next;
      if (latest === null || latest === over) return begin();
      next = latest.view.then(begin, begin);
      return next;
    },
  };
}
