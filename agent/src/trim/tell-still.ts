import type { Progress } from '@trimtab/protocol';
import type { Log } from '../ports/log.ts';

/** Long for a filesystem that only searches what is free, and twice as long before it is told again. */
export const STILL_TOLD_MS = 10 * 60_000;

interface Standing {
  readonly mount: string;
  readonly issuedBytes: number | null;
  readonly sinceMs: number;
  readonly tellAfterMs: number;
}

/**
 * A trim has no limit of time: a large disk takes hours, and a discard that was cut off leaves the next one the same
 * work. What waits in the kernel for a disk that does not answer could not be ended anyway. So that none hangs unseen,
 * the log tells of one whose disks have not discarded for long, by the kernel's own count (/sys/block/DISK/stat).
 */
export function createStillTeller(log: Pick<Log, 'info' | 'warn'>): (progress: Progress) => void {
  let standing: Standing | null = null;

  return ({ mount, issuedBytes, elapsedMs }) => {
    const isStill = standing !== null && standing.mount === mount && standing.issuedBytes === issuedBytes;
    if (standing === null || !isStill) {
      if (standing !== null && standing.mount === mount && standing.tellAfterMs > STILL_TOLD_MS)
        log.info(`the trim of ${mount} discards again`);
      standing = { mount, issuedBytes, sinceMs: elapsedMs, tellAfterMs: STILL_TOLD_MS };
      return;
    }
    const stillMs = elapsedMs - standing.sinceMs;
    if (stillMs < standing.tellAfterMs) return;
    log.warn(tellStill({ mount, issuedBytes, stillMs }));
    standing = { ...standing, tellAfterMs: 2 * standing.tellAfterMs };
  };
}

function tellStill({ mount, issuedBytes, stillMs }: Pick<Standing, 'mount' | 'issuedBytes'> & { stillMs: number }) {
  const minutes = Math.round(stillMs / 60_000);
  const seen =
    issuedBytes === null
      ? `the trim of ${mount} takes ${minutes} min, and its disks do not count what they discard`
      : `the trim of ${mount} has discarded nothing for ${minutes} min`;
  return `${seen}; it goes on. Where it waits: cat /proc/$(pgrep -x fstrim)/stack`;
}
