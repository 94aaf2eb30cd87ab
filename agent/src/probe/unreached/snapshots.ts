import type { Filesystem, Unreached } from '@trimtab/protocol';
import type { StorageTools } from '../../ports/storage-tools.ts';

/** Each is a process. */
export const MOST_ASKED = 16;
const MOST_COUNTED = 1_000_000;

/** Snapshots inside a btrfs of this guest: what is deleted beside them is not free while they share it. */
export async function findSnapshots({
  tools,
  filesystems,
}: {
  readonly tools: StorageTools;
  readonly filesystems: readonly Filesystem[];
}): Promise<readonly Unreached[]> {
  const found: Unreached[] = [];
  for (const { mount } of filesystems.filter(({ kind }) => kind === 'btrfs').slice(0, MOST_ASKED)) {
    // `ID 257 gen 9 cgen 9 top level 5 otime 2026-11-26 10:00:00 path snapshots/daily`
    const lines = ((await tools.snapshots(mount)) ?? '').split('\n').filter((line) => /^ID \d+ gen \d+ /.test(line));
    if (lines.length > 0) found.push({ type: 'snapshots', mount, count: Math.min(lines.length, MOST_COUNTED) });
  }
  return found;
}
