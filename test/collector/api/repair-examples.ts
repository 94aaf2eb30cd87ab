import type { RepairPlan } from '../../../collector/src/model/repair.ts';
import type { GuestsView } from '../../../collector/src/model/status.ts';
import type { TrimResult } from '../../../collector/src/model/trim-result.ts';
import { GUESTS, TRIM } from './examples.ts';

const IMAGE = '/var/lib/libvirt/images/web-1-data.qcow2';
const FILE = { driver: 'file', 'node-name': 'libvirt-2-storage', filename: IMAGE, discard: 'unmap' };
const FORMAT = { driver: 'qcow2', 'node-name': 'libvirt-2-format', file: 'libvirt-2-storage', discard: 'unmap' };

export const PLAN: RepairPlan = {
  guest: 'web-1',
  guestId: 'guest-1',
  device: 'sda',
  image: IMAGE,
  nodes: [
    { node: 'libvirt-2-storage', driver: 'file', discard: 'unmap', options: FILE },
    { node: 'libvirt-2-format', driver: 'qcow2', discard: 'ignore', options: FORMAT },
  ],
  taints: true,
  persistent: {
    on: 'host',
    commands: [`virt-xml web-1 --edit path=${IMAGE} --disk driver.discard=unmap`],
    note: null,
    needsPowerCycle: false,
  },
};

const [WEB, ...OTHERS] = GUESTS.guests;

/** `web-1` with /srv on sda, through a partition. */
export const GUESTS_WITH_SDA: GuestsView = {
  ...GUESTS,
  guests: WEB?.inventory == null ? [] : [{ ...WEB, inventory: withSda(WEB.inventory) }, ...OTHERS],
};

function withSda(inventory: NonNullable<GuestsView['guests'][number]['inventory']>): typeof inventory {
  const [filesystem] = inventory.filesystems;
  if (filesystem === undefined) return inventory;
  const discard = { granularityBytes: 4096, maxBytes: 4096, maxHwBytes: 4096, alignmentBytes: 0 };
  const unknown = { label: null, mapperUuid: null, thinDiscards: null, mapperTable: null };
  const layer = { ...unknown, sizeBytes: 4096, readOnly: false, discard };
  return {
    ...inventory,
    layers: [
      { ...layer, name: 'sda1', kind: 'partition', below: ['sda'] },
      { ...layer, name: 'sda', kind: 'disk', below: [] },
    ],
    filesystems: [...inventory.filesystems, { ...filesystem, mount: '/srv', devices: ['sda1'] }],
  };
}

/** The trim after a repair, with this verdict for sda. */
export const trimOf = (verdict: TrimResult['disks'][number]['verdict']): TrimResult => ({
  ...TRIM,
  disks: TRIM.disks.slice(0, 1).map((disk) => ({ ...disk, device: 'sda', verdict })),
});
