import type { LayerCounters } from '@trimtab/protocol';
import type { Clock } from '../ports/clock.ts';
import type { ReadCounters } from '../ports/counters.ts';

const EVERY_MS = 1000;

/** Tells about once a second what these disks have discarded since `before`; the returned function ends it. */
export function watchProgress({
  clock,
  readCounters,
  disks,
  before,
  onIssued,
}: {
  clock: Clock;
  readCounters: ReadCounters;
  disks: readonly string[];
  before: Readonly<Record<string, LayerCounters>>;
  onIssued: (issuedBytes: number | null) => void;
}): () => void {
  let stopped = false;
  let takeBack = clock.after(EVERY_MS, sample);
  return () => {
    stopped = true;
    takeBack();
  };

  function sample(): void {
    readCounters(disks).then(
      (now) => {
        if (stopped) return;
        onIssued(sumIssued({ disks, before, now }));
        takeBack = clock.after(EVERY_MS, sample);
      },
      () => {},
    );
  }
}

/** Null as soon as one disk does not count: a part of a sum is no sum. */
function sumIssued({
  disks,
  before,
  now,
}: {
  disks: readonly string[];
  before: Readonly<Record<string, LayerCounters>>;
  now: Readonly<Record<string, LayerCounters>>;
}): number | null {
  let sum = 0;
  for (const disk of disks) {
    const from = before[disk]?.discardedBytes ?? null;
    const to = now[disk]?.discardedBytes ?? null;
    if (from === null || to === null || to < from) return null;
    sum += to - from;
  }
  return disks.length === 0 ? null : sum;
}
