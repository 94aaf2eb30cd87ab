import type { GuestFacts, Inventory } from '@trimtab/protocol';
import type { KernelFiles } from '../ports/kernel-files.ts';
import type { ReadThinPools } from '../ports/thin-pools.ts';
import { readDisks } from './disks.ts';
import { describeFilesystems, findFilesystems } from './filesystems.ts';
import { readFstrimTimer } from './fstrim-timer.ts';
import { readLayers } from './layers.ts';
import { addRemedies } from './remedies.ts';
import { readSwaps } from './swaps.ts';
import { addThinDiscards } from './thin-discards.ts';

interface InventoryQuery {
  readonly files: KernelFiles;
  readonly readThinPools: ReadThinPools;
  /** UTC, milliseconds since 1970. */
  readonly now: number;
  readonly facts: GuestFacts | null;
}

/**
 * All that this guest has to trim. Never fails: what /proc and /sys do not tell is null or left out, and every value
 * fits the schemas of the wire.
 */
export async function takeInventory({ files, readThinPools, now, facts }: InventoryQuery): Promise<Inventory> {
  const { found, reachable } = await findFilesystems({ files });
  const swaps = await readSwaps({ files });
  const names = [...found.flatMap(({ devices }) => devices), ...swaps.map(({ device }) => device)];
  const layers = await addThinDiscards({ layers: await readLayers({ files, names }), readThinPools });
  const disks = await readDisks({ files, layers });
  const filesystems = await describeFilesystems({ files, found, reachable, layers });
  const fstrimTimer = await readFstrimTimer({ files });
  return addRemedies({ takenAt: now, filesystems, layers, disks: [...disks], swaps, fstrimTimer, facts });
}
