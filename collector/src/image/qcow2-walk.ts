import { formatBytes } from '@trimtab/protocol/shared';
import type { Clock } from '../ports/clock.ts';
import type { HostFiles } from '../ports/host-files.ts';

/** The refcounts of 2 TiB in clusters of 64 KiB; and what a person may wait for an answer about one image. */
export const MOST_BYTES = 64 * 1024 * 1024;
export const MOST_MS = 2_000;

/** Why a walk over the tables of an image did not come to its end, as a sentence for people. */
export class WalkStopped extends Error {}

/** Reads of one image, bounded together. */
export interface TableWalk {
  /** Throws `WalkStopped` beyond the bounds, and where the file ends earlier or cannot be read. */
  read(range: { offset: number; length: number }): Promise<DataView>;
}

export function createTableWalk({
  files,
  clock,
  path,
}: {
  files: Pick<HostFiles, 'readAt'>;
  clock: Pick<Clock, 'monotonicMs'>;
  path: string;
}): TableWalk {
  const untilMs = clock.monotonicMs() + MOST_MS;
  let leftBytes = MOST_BYTES;
  return {
    async read({ offset, length }) {
      leftBytes -= length;
      if (leftBytes < 0)
        throw new WalkStopped(`its tables are larger than the ${formatBytes(MOST_BYTES)} that are read`);
      if (clock.monotonicMs() > untilMs) throw new WalkStopped(`its tables were not read to the end in ${MOST_MS} ms`);
      const bytes = await files.readAt(path, { offset, length });
      if (bytes === null) throw new WalkStopped('its tables cannot be read');
      if (bytes.byteLength < length && offset > 0) throw new WalkStopped('its tables lie outside of it');
      return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    },
  };
}
