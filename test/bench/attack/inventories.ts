import { fromGuestCodec, type Inventory } from '@trimtab/protocol';
import { fleetInventory } from '../fleet/fleet-agent.ts';
import type { Attack } from './attack.ts';
import { standStrangers } from './standing-strangers.ts';

const GUESTS = 50;
const FILESYSTEMS = 3_300;

/** Announces a guest with thousands of filesystems, again and again. */
export const inventories: Attack = {
  name: 'inventories',
  what: 'inventories of 0.65 MiB',
  aSecond: 20,
  async prepare(target) {
    const frame = fromGuestCodec.encode({ type: 'inventory', inventory: largeInventory() });
    return standStrangers({ ...target, size: GUESTS, act: (stranger) => stranger.sendFrame(frame) });
  },
};

function largeInventory(): Inventory {
  const inventory = fleetInventory();
  const [filesystem] = inventory.filesystems;
  if (filesystem === undefined) throw new Error('an ordinary guest has a filesystem');
  const filesystems = Array.from({ length: FILESYSTEMS }, (_, index) => ({ ...filesystem, mount: `/mnt/${index}` }));
  return { ...inventory, filesystems };
}
