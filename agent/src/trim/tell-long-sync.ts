import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import { STILL_TOLD_MS } from './tell-still.ts';

/** Called when the sync before a trim of this mount begins; what it returns, when that has ended. */
export type WatchSync = (mount: string) => () => void;

/**
 * Like fstrim, a sync has no limit of time, and the trim waits for it: on a disk that does not answer, for ever. So
 * that none hangs unseen, the log tells of one that takes long, and again each time after twice as long.
 */
export function createSyncTeller({
  clock,
  log,
}: {
  clock: Pick<Clock, 'after' | 'monotonicMs'>;
  log: Pick<Log, 'info' | 'warn'>;
}): WatchSync {
  return (mount) => {
    let isTold = false;
    let takeBack = () => {};
    const beganMs = clock.monotonicMs();
    const tellAfter = (delayMs: number): void => {
      takeBack = clock.after(delayMs, () => {
        const passedMs = clock.monotonicMs() - beganMs;
        isTold = true;
        log.warn(tellSync({ mount, passedMs }));
        tellAfter(passedMs);
      });
    };
    tellAfter(STILL_TOLD_MS);
    return () => {
      takeBack();
      if (isTold) log.info(`the sync before the trim of ${mount} has ended`);
    };
  };
}

function tellSync({ mount, passedMs }: { mount: string; passedMs: number }): string {
  const minutes = Math.round(passedMs / 60_000);
  return `the sync before the trim of ${mount} takes ${minutes} min, and the trim waits for it. Where it waits: cat /proc/$(pgrep -x sync)/stack`;
}
