import { countOnGuest, rise } from '@trimtab/protocol';
import type { DiskSample } from '../model/sample.ts';
import type { TrimAccount } from '../model/trim-account.ts';
import type { Hops } from '../model/trim-result.ts';

export interface HopsInput {
  /** The guest's name for the disk. */
  readonly disk: string;
  readonly report: TrimAccount;
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
  const guest = countOnGuest({ report, disk });
  const sameCounters = before !== null && after !== null && before.counterEpoch === after.counterEpoch;
  const [from, to] = sameCounters ? [before.counters, after.counters] : [null, null];
  return {
    hops: {
      trimmedBytes: guest.trimmedBytes,
      issuedBytes: guest.issuedBytes,
      receivedBytes: rise({ from: from?.receivedBytes, to: to?.receivedBytes }),
      passedBytes: rise({ from: from?.passedBytes, to: to?.passedBytes }),
      reclaimedBytes: change({ from: after?.allocationBytes, to: before?.allocationBytes }),
      regainedBytes: poolQuiet ? change({ from: before?.poolFreeBytes, to: after?.poolFreeBytes }) : null,
    },
    writtenBytes: rise({ from: from?.writtenBytes, to: to?.writtenBytes }) ?? guest.writtenBytes,
  };
}

function change({ from, to }: { from: number | null | undefined; to: number | null | undefined }): number | null {
  return from === null || from === undefined || to === null || to === undefined ? null : to - from;
}
