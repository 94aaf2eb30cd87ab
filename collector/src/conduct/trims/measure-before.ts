import type { Inventory } from '@trimtab/protocol';
import type { ConnectedGuest, GuestLinks } from '../../link/guest-links.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { DiskSample } from '../../model/sample.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Sampler } from '../measure/sampler.ts';
import { freshenInventories } from '../survey/fresh-inventories.ts';

/**
 * A guest says how full it is before it asks for a grant; what is older than this when its turn comes is asked for
 * anew.
 */
const STALE_INVENTORY_MS = 5_000;

export interface MeasureDeps {
  readonly clock: Clock;
  readonly links: Pick<GuestLinks, 'find' | 'send'>;
  readonly sampler: Pick<Sampler, 'now'>;
}

export interface MeasuredBefore {
  readonly before: Readonly<Record<string, DiskSample>>;
  readonly inventory: Inventory | null;
}

/** What guest and host hold before the first discard of a trim. */
export async function measureBefore(
  deps: MeasureDeps,
  { guest, paths, waitedMs }: { guest: ConnectedGuest; paths: readonly DiskPath[]; waitedMs: number },
): Promise<MeasuredBefore> {
  if (waitedMs > STALE_INVENTORY_MS) await freshenInventories(deps, [guest]);
  const now = deps.links.find(guest.id) ?? guest;
  const { samples } = await deps.sampler.now(paths);
  return { before: samples, inventory: now.inventory };
}
