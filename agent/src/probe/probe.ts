import type { GuestFacts, Inventory } from '@trimtab/protocol';
import type { KernelFiles } from '../ports/kernel-files.ts';
import { readDisks } from './disks.ts';
import { describeFilesystems, findFilesystems } from './filesystems.ts';
import { readLayers } from './layers.ts';

interface InventoryQuery {
  readonly files: KernelFiles;
  /** UTC, milliseconds since 1970. */
  readonly now: number;
  readonly facts: GuestFacts | null;
}

/**
 * All that this guest has to trim. Never fails: what /proc and /sys do not tell is null or left out, and every value
 * fits the schemas of the wire.
 */
export async function takeInventory({ files, now, facts }: InventoryQuery): Promise<Inventory> {
  const { found, reachable } = await findFilesystems({ files });
  const layers = await readLayers({ files, names: found.flatMap(({ devices }) => devices) });
  const disks = await readDisks({ files, layers });
  const filesystems = await describeFilesystems({ files, found, reachable, layers });
  return { takenAt: now, filesystems, layers: [...layers], disks: [...disks], facts };
}
