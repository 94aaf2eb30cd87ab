import { blockGroupBytes, type DiscardLimits, isExt } from '@trimtab/protocol';
import type { KernelFiles } from '../ports/kernel-files.ts';

/**
 * Below this the pieces that cannot be discarded come to nothing that anybody could notice, and reading costs more than
 * it tells.
 */
const COARSE_BYTES = 1024 ** 2;

/** The kernel writes a line of about 130 characters for each; at 128 MiB a group this is 1 TiB. */
export const MOST_GROUPS = 8192;

/**
 * How much free space of an ext4 no trim can send, since each free run in its block group is shorter than the discard
 * granularity (fs/ext4/mballoc.c, ext4_trim_fs). A lower bound: a group with one run that may be long enough counts for
 * nothing. Null for what is no ext4, where the granularity is fine, and where the kernel does not say.
 */
export async function measureTooSmall({
  files,
  filesystem: { kind, devices, sizeBytes, blockBytes },
  discard,
}: {
  readonly files: KernelFiles;
  readonly filesystem: {
    readonly kind: string;
    readonly devices: readonly string[];
    readonly sizeBytes: number | null;
    readonly blockBytes: number | null;
  };
  /** Of the layer it stands on. */
  readonly discard: DiscardLimits | null;
}): Promise<number | null> {
  const granularityBytes = discard?.granularityBytes ?? 0;
  if (!isExt(kind) || granularityBytes < COARSE_BYTES || sizeBytes === null || blockBytes === null) return null;
  if (sizeBytes > MOST_GROUPS * blockGroupBytes(blockBytes)) return null;
  const text = await files.readText(`/proc/fs/ext4/${devices[0]}/mb_groups`);
  return text === null ? null : sumTooSmall({ text, granularityBytes, blockBytes });
}

/**
 * `#3    : 8192  4     2048  [ 0     0 …   1     0     ]`: the group's free blocks, its free runs, the first, and how
 * many free chunks there are of 2^0, 2^1 … blocks. A chunk begins at a multiple of its size, so a run of N blocks holds
 * one of 2^k blocks at least where 2^(k+1) − 1 is not above N: a group without any that large has no such run.
 */
function sumTooSmall({
  text,
  granularityBytes,
  blockBytes,
}: {
  readonly text: string;
  readonly granularityBytes: number;
  readonly blockBytes: number;
}): number | null {
  const order = Math.floor(Math.log2((Math.ceil(granularityBytes / blockBytes) + 1) / 2));
  let blocks = 0;
  let groups = 0;
  for (const line of text.split('\n')) {
    const [, free, counts] = /^#\d+\s*:\s*(\d+)\s+\d+\s+\d+\s+\[([\s\d]*)\]\s*$/.exec(line) ?? [];
    if (free === undefined || counts === undefined) continue;
    groups += 1;
    const chunks = counts.trim().split(/\s+/).map(Number);
    if (chunks.length > order && chunks.slice(order).every((count) => count === 0)) blocks += Number(free);
  }
  const bytes = blocks * blockBytes;
  return groups > 0 && Number.isSafeInteger(bytes) ? bytes : null;
}
