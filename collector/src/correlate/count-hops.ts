import type { TrimReport } from '@trimtab/protocol';
import type { DiskSample } from '../model/sample.ts';
import type { Hops } from '../model/trim-result.ts';

export interface HopsInput {
  /** The guest's name for the disk. */
  readonly disk: string;
  readonly report: TrimReport;
  readonly before: DiskSample | null;
  readonly after: DiskSample | null;
  /** False while others write to the pool: then its free space says nothing of this trim. */
  readonly poolQuiet: boolean;
}

/** The bytes counted at each hop between the two samples, and what the guest wrote to the disk meanwhile. */
export function countHops({ disk, report, before, after, poolQuiet }: HopsInput): {
  hops: Hops;
  writtenBytes: number | null;
} {
  const layer = report.layers.find(({ name }) => name === disk);
  const sameCounters = before !== null && after !== null && before.counterEpoch === after.counterEpoch;
  const [from, to] = sameCounters ? [before.counters, after.counters] : [null, null];
  return {
    hops: {
      trimmedBytes: sumTrimmed(disk, report),
      issuedBytes: rise(layer?.before.discardedBytes, layer?.after.discardedBytes),
      receivedBytes: rise(from?.receivedBytes, to?.receivedBytes),
      passedBytes: rise(from?.passedBytes, to?.passedBytes),
      reclaimedBytes: before === null || after === null ? null : before.allocationBytes - after.allocationBytes,
      regainedBytes: poolQuiet ? change(before?.poolFreeBytes, after?.poolFreeBytes) : null,
    },
    writtenBytes:
      rise(from?.writtenBytes, to?.writtenBytes) ?? rise(layer?.before.writtenBytes, layer?.after.writtenBytes),
  };
}

/** Null when nothing was trimmed, or when a filesystem spans several disks and its share of this one cannot be told. */
function sumTrimmed(disk: string, report: TrimReport): number | null {
  const here = report.filesystems.filter(({ disks }) => disks.includes(disk));
  if (here.some(({ disks }) => disks.length > 1)) return null;
  const trimmed = here.flatMap(({ outcome }) => (outcome.status === 'done' ? [outcome.trimmedBytes] : []));
  return trimmed.length === 0 ? null : trimmed.reduce((sum, bytes) => sum + bytes, 0);
}

/** A counter that went back was reset in between (migration, restart, hot-plug): its difference means nothing. */
function rise(from: number | null | undefined, to: number | null | undefined): number | null {
  const difference = change(from, to);
  return difference === null || difference < 0 ? null : difference;
}

function change(from: number | null | undefined, to: number | null | undefined): number | null {
  return from === null || from === undefined || to === null || to === undefined ? null : to - from;
}
