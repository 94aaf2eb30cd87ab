import { stacksOf } from '@trimtab/protocol';
import type { Said } from '../../../correlate/contradictions.ts';
import { countHops } from '../../../correlate/count-hops.ts';
import type { DiskPath } from '../../../model/disk-path.ts';
import type { DiskSample } from '../../../model/sample.ts';
import type { TrimmedFilesystem } from '../../../model/trim-account.ts';
import type { Gathered } from './gather.ts';
import { findNoise } from './sample-gaps.ts';

/** One disk of a trim, counted: what was discarded on the way from its filesystems to its pool. */
export interface CountedDisk {
  /** The guest's name for it. */
  readonly device: string;
  readonly path: DiskPath | null;
  /** The samples before the first discard and after the last; null where there is none. */
  readonly from: DiskSample | null;
  readonly to: DiskSample | null;
  /** What became of its filesystems. */
  readonly filesystems: readonly TrimmedFilesystem[];
  /** The hops, with what decides how far the guest's word for them can be true. */
  readonly said: Said;
  readonly writtenBytes: number | null;
  /** Why the pool's free space says nothing of this disk; null when it does. */
  readonly noise: string | null;
}

export function countDisk(gathered: Gathered, device: string): CountedDisk {
  const { report, paths, before, after, inventory, sharedPools } = gathered;
  const path = paths.find(({ match }) => match.disk.name === device) ?? null;
  const from = ownValue(before ?? {}, device);
  const to = ownValue(after.samples, device);
  const driftBytesPerMs = ownValue(after.poolDrift, device) ?? 0;
  const noise = findNoise({ paths, sharedPools, path, from, to, driftBytesPerMs });
  const { hops, writtenBytes } = countHops({
    disk: device,
    report,
    before: from,
    after: to,
    poolQuiet: noise === null,
  });
  const filesystems = report.filesystems.filter(({ disks }) => disks.includes(device));
  const stacks = inventory === null ? [] : stacksOf(inventory).filter(({ disks }) => disks.includes(device));
  const mode = inventory?.disks.find(({ name }) => name === device)?.provisioningMode ?? null;
  const said: Said = {
    hops,
    capacityBytes: path?.image?.capacityBytes ?? null,
    filesystems: filesystems.length,
    isMapped: stacks.some(({ layers }) => layers.some(({ kind }) => kind === 'dm' || kind === 'md')),
    isUnmapped: mode === null || mode === 'unmap',
  };
  return { device, path, from, to, filesystems, said, writtenBytes, noise };
}

/** The keys are the guest's words: one called `constructor` must not find what is not there. */
function ownValue<Value>(record: Readonly<Record<string, Value>>, key: string): Value | null {
  return Object.hasOwn(record, key) ? (record[key] ?? null) : null;
}
