import type { GuestFacts, Inventory } from '@trimtab/protocol';
import type { DeviceMapper } from '../ports/device-mapper.ts';
import type { KernelFiles } from '../ports/kernel-files.ts';
import { addBackingMounts } from './backing-mounts.ts';
import { readDisks } from './disks.ts';
import { describeFilesystems, findFilesystems } from './filesystems.ts';
import { readFstrimTimer } from './fstrim-timer.ts';
import { readLayers } from './layers.ts';
import { addMapperTables } from './mapper-tables.ts';
import { addRemedies } from './remedies.ts';
import { readSwaps } from './swaps.ts';
import { addThinDiscards } from './thin-discards.ts';

interface InventoryQuery {
  readonly files: KernelFiles;
  readonly mapper: DeviceMapper;
  /** UTC, milliseconds since 1970. */
  readonly now: number;
  readonly facts: GuestFacts | null;
  /** Null for a guest that is not the one this runs in. */
  readonly hasFstrim: boolean | null;
}

/**
 * All that this guest has to trim. Never fails: what /proc and /sys do not tell is null or left out, and every value
 * fits the schemas of the wire.
 */
export async function takeInventory({ files, mapper, now, facts, hasFstrim }: InventoryQuery): Promise<Inventory> {
  const { found, reachable } = await findFilesystems({ files });
  const swaps = await readSwaps({ files });
  const names = [...found.flatMap(({ devices }) => devices), ...swaps.map(({ device }) => device)];
  const bare = await readLayers({ files, names });
  const layers = await addMapperTables({ layers: await addThinDiscards({ layers: bare, mapper }), mapper });
  const disks = addBackingMounts({ disks: await readDisks({ files, layers }), found, reachable });
  const filesystems = await describeFilesystems({ files, found, reachable, layers });
  const fstrimTimer = await readFstrimTimer({ files });
  return addRemedies({
    takenAt: now,
    filesystems,
    layers,
    disks: [...disks],
    swaps,
    fstrimTimer,
    hasFstrim,
    unreached: null,
    facts,
  });
}
