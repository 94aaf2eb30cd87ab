import type { FilesystemResult, Outcome, TrimReport } from './report.ts';

/** What of a report is counted. */
interface Told extends Pick<TrimReport, 'layers'> {
  readonly filesystems: readonly (Pick<FilesystemResult, 'disks'> & {
    /** `trimmedBytes` is null where whoever trimmed does not tell. */
    readonly outcome: Outcome | { readonly status: 'done'; readonly trimmedBytes: number | null };
  })[];
}

/** What a guest's report says of one disk; each null when it says nothing. */
export interface GuestCounts {
  /** Null also when a filesystem spans several disks: its share of this one cannot be told. */
  readonly trimmedBytes: number | null;
  readonly issuedBytes: number | null;
  readonly writtenBytes: number | null;
}

/** The first two hops of one disk (by the guest's name), and what was written to it meanwhile. */
export function countOnGuest({ report, disk }: { report: Told; disk: string }): GuestCounts {
  const layer = report.layers.find(({ name }) => name === disk);
  return {
    trimmedBytes: sumTrimmed(report.filesystems.filter(({ disks }) => disks.includes(disk))),
    issuedBytes: rise({ from: layer?.before.discardedBytes, to: layer?.after.discardedBytes }),
    writtenBytes: rise({ from: layer?.before.writtenBytes, to: layer?.after.writtenBytes }),
  };
}

function sumTrimmed(filesystems: Told['filesystems']): number | null {
  if (filesystems.some(({ disks }) => disks.length > 1)) return null;
  const trimmed = filesystems.flatMap(({ outcome }) => (outcome.status === 'done' ? [outcome.trimmedBytes] : []));
  return trimmed.length === 0 ? null : trimmed.reduce<number | null>(addKnown, 0);
}

/** With what is not known, the sum is not known. */
function addKnown(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

/**
 * By how much a counter rose; null when it was not read twice, or went back: then it was reset, and its difference
 * means nothing.
 */
export function rise({
  from,
  to,
}: {
  readonly from: number | null | undefined;
  readonly to: number | null | undefined;
}): number | null {
  if (from === null || from === undefined || to === null || to === undefined || to < from) return null;
  return to - from;
}
