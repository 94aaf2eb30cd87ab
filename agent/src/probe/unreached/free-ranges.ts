import type { Unreached } from '@trimtab/protocol';
import type { BlockDevice } from './block-devices.ts';
import { WORTH_TELLING_BYTES } from './worth-telling.ts';

/**
 * Ranges of a partitioned disk that are in none of its partitions. A disk without any partition is none of these, and
 * one of whose partitions the place is not known has none: what is told is to be discarded.
 */
export function findFreeRanges({ devices }: { readonly devices: readonly BlockDevice[] }): readonly Unreached[] {
  return devices.flatMap((disk) => {
    const partitions = devices.filter(({ within }) => within?.disk === disk.name);
    const ranges = partitions
      .flatMap(({ within, sizeBytes }) => {
        const from = within?.offsetBytes ?? null;
        return from === null ? [] : [{ from, to: from + sizeBytes }];
      })
      .sort((one, other) => one.from - other.from);
    return ranges.length === 0 || ranges.length < partitions.length ? [] : gapsBetween({ ranges, disk });
  });
}

/** Partitions may lie in one another: a logical one does in the extended one of an MS-DOS table. */
function gapsBetween({
  ranges,
  disk: { name, sizeBytes },
}: {
  readonly ranges: readonly { readonly from: number; readonly to: number }[];
  readonly disk: BlockDevice;
}): Unreached[] {
  const gaps: Unreached[] = [];
  let offsetBytes = 0;
  for (const { from, to } of [...ranges, { from: sizeBytes, to: sizeBytes }]) {
    const bytes = from - offsetBytes;
    const path = `/dev/${name.replaceAll('!', '/')}`;
    if (bytes > WORTH_TELLING_BYTES) gaps.push({ type: 'free-range', disks: [name], path, bytes, offsetBytes });
    offsetBytes = Math.max(offsetBytes, to);
  }
  return gaps;
}
