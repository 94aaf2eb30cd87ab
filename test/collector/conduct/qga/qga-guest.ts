import type { GuestId } from '../../../../collector/src/model/guest-id.ts';
import { aDomain } from '../../correlate/examples.ts';
import { inventoryOf } from '../trims/trim-examples.ts';

/** A guest with qemu-ga and no agent. */
export const ID = 'guest-a' as GuestId;
export const DOMAIN = aDomain({ name: ID });
export const DESCRIBED = {
  channel: { kind: 'socket', path: '/qga', qmpPaths: [] },
  version: '7.2.22',
  allows: { fstrim: true, fsinfo: true },
  inventory: inventoryOf(['vda']),
  addresses: new Map(),
  withheld: null,
  toldAt: 0,
} as const;
