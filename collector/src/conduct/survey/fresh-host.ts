import type { HostView } from '../../model/domain.ts';
import type { Clock } from '../../ports/clock.ts';

/** What the sources of this host told last, read anew when it is too old. */
export interface FreshHost {
  /** One reading at a time: who asks while the host is being read gets what is being read. Rejects as the reading does. */
  read(oldestMs: number): Promise<HostView>;
}

export function createFreshHost({ clock, readHost }: { clock: Clock; readHost: () => Promise<HostView> }): FreshHost {
  let latest: Promise<HostView> | null = null;
  let readMs = Number.NEGATIVE_INFINITY;
  let isReading = false;

  return {
    read(oldestMs) {
      if (latest !== null && (isReading || clock.monotonicMs() - readMs <= oldestMs)) return latest;
      isReading = true;
      const reading = readHost().finally(() => {
        isReading = false;
        readMs = clock.monotonicMs();
      });
      latest = reading;
      // One that failed is not remembered.
      reading.catch(() => {
        if (latest === reading) latest = null;
      });
      return reading;
    },
  };
}
