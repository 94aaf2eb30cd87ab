import type { Filesystem, Inventory, Layer } from '@trimtab/protocol';

/** `/` on sda1; `/srv` and `/home` on LVM over sda2 and sdb; `/proc`-like and read-only ones that cannot be trimmed. */
export const SAMPLE_INVENTORY: Inventory = {
  takenAt: 1,
  swaps: [],
  fstrimTimer: null,
  unreached: null,
  hasFstrim: null,
  facts: null,
  filesystems: [
    filesystem({ mount: '/', devices: ['sda1'] }),
    filesystem({ mount: '/srv', alsoMountedAt: ['/var/srv'], devices: ['dm-0'] }),
    filesystem({ mount: '/home', devices: ['dm-1', 'sda1'] }),
    filesystem({
      mount: '/cd',
      devices: ['sr0'],
      obstacle: { code: 'read-only', sentence: 'it is mounted read-only', hint: 'Mount it read-write.' },
    }),
  ],
  layers: [
    layer('sda1', ['sda']),
    layer('sda2', ['sda']),
    layer('sda', []),
    layer('sdb', []),
    layer('sr0', []),
    layer('dm-0', ['sda2', 'sdb']),
    layer('dm-1', ['sdb']),
  ],
  disks: ['sda', 'sdb', 'sr0'].map((name) => ({
    name,
    sizeBytes: 1024,
    driver: null,
    model: null,
    serial: null,
    wwn: null,
    pciAddress: null,
    pciPath: null,
    scsiAddress: null,
    backingFile: null,
    backingMount: null,
    provisioningMode: null,
  })),
};

function filesystem(given: Partial<Filesystem> & Pick<Filesystem, 'mount' | 'devices'>): Filesystem {
  return {
    alsoMountedAt: [],
    kind: 'ext4',
    source: '/dev/x',
    sizeBytes: 1024,
    usedBytes: 512,
    blockBytes: 4096,
    tooSmallBytes: null,
    inFstab: null,
    discardsOnline: false,
    obstacle: null,
    ...given,
  };
}

function layer(name: string, below: string[]): Layer {
  const discard = { granularityBytes: 512, maxBytes: 1024, maxHwBytes: 1024, alignmentBytes: 0 };
  const kind = below.length === 0 ? 'disk' : name.startsWith('dm') ? 'dm' : 'partition';
  return {
    name,
    kind,
    label: null,
    below,
    sizeBytes: 1024,
    readOnly: false,
    discard,
    mapperUuid: null,
    thinDiscards: null,
    mapperTable: null,
  };
}
