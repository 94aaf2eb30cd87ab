import type { Layer, MapperTable } from '@trimtab/protocol';
import type { CauseCase } from './cause-case.ts';
import { guestWith, REFUSES, TAKES } from './guest-with.ts';

const MIB = 1024 ** 2;

export const table = (target: string, more: Partial<MapperTable> = {}): MapperTable => ({
  targets: [target],
  allowsDiscards: null,
  raidLevel: null,
  ...more,
});
const SHUT = table('crypt', { allowsDiscards: false });
const OPEN = table('crypt', { allowsDiscards: true });

type Given = Partial<Omit<Layer, 'below'>> & { readonly below?: readonly string[] };
const dm = (name: string, given: Given) => ({ name, kind: 'dm' as const, below: ['sda'], discard: REFUSES, ...given });
const limitsOf = (name: string) => [
  `discard_granularity of ${name} = 0`,
  `discard_max_bytes of ${name} = 0`,
  `discard_max_hw_bytes of ${name} = 0`,
];

const LVM = `LVM-${'a'.repeat(64)}`;
const onTop = { filesystems: [{ devices: ['dm-0'] }] };
const origin = dm('dm-0', {
  label: '/dev/mapper/v--g-root',
  mapperUuid: LVM,
  mapperTable: table('snapshot-origin'),
  below: ['dm-1'],
});
const real = dm('dm-1', { label: '/dev/mapper/v--g-root-real', mapperUuid: LVM, discard: TAKES });
const raid = dm('dm-0', {
  label: '/dev/mapper/rg-r5',
  mapperUuid: LVM,
  mapperTable: table('raid', { raidLevel: 'raid5_ls' }),
  below: ['sda', 'sdb'],
});
const volume = dm('dm-0', { label: '/dev/mapper/v--g-root', mapperUuid: LVM, mapperTable: table('linear') });
const snapshot = dm('dm-0', { label: '/dev/mapper/v--g-snap', mapperUuid: LVM, mapperTable: table('snapshot') });

/** 216 MiB free in pieces of 8 MiB on a device that discards in pieces of 32, as the lab of issue 9 had it. */
const COARSE = { ...TAKES, granularityBytes: 32 * MIB };
const holes = ({ tooSmallBytes, usedBytes = 211 * MIB }: { tooSmallBytes: number | null; usedBytes?: number }) =>
  guestWith({
    filesystems: [{ sizeBytes: 487 * MIB, usedBytes, tooSmallBytes }],
    layers: [{ name: 'sda', discard: COARSE }],
  });

/** Layers that refuse for a reason of their own, and what device-mapper says of them. */
export const REFUSAL_CASES: Readonly<Record<string, CauseCase>> = {
  'snapshot-origin': {
    guest: guestWith({ ...onTop, layers: [origin, real] }),
    mount: '/srv',
    disks: ['sda'],
    sentence: 'dm-0 (/dev/mapper/v--g-root), below /srv, has a snapshot, and takes no discards as long as it has.',
    evidence: ['dmsetup table of dm-0 = snapshot-origin', ...limitsOf('dm-0')],
    commands: ['lvs -o lv_name,origin,lv_size -S origin=root v-g'],
    near: {
      'the snapshot itself': guestWith({ ...onTop, layers: [snapshot] }),
      'after it was removed': guestWith({ ...onTop, layers: [{ ...volume, discard: TAKES }] }),
    },
  },
  'dm-parity-raid': {
    guest: guestWith({ ...onTop, layers: [raid, { name: 'sda' }, { name: 'sdb' }] }),
    mount: '/srv',
    disks: ['sda', 'sdb'],
    sentence: 'dm-0 (/dev/mapper/rg-r5), the parity RAID below /srv, passes no discards on.',
    evidence: ['dmsetup table of dm-0 = raid, raid5_ls', ...limitsOf('dm-0')],
    commands: [
      'echo options dm_raid devices_handle_discard_safely=Y > /etc/modprobe.d/dm-raid-discard.conf',
      'echo Y > /sys/module/dm_raid/parameters/devices_handle_discard_safely',
      'dmsetup table rg-r5 | dmsetup reload rg-r5 && dmsetup resume rg-r5',
    ],
    near: {
      'raid1 of LVM': guestWith({
        ...onTop,
        layers: [{ ...raid, mapperTable: table('raid', { raidLevel: 'raid1' }) }, { name: 'sda' }, { name: 'sdb' }],
      }),
      'over a member that has none': guestWith({
        ...onTop,
        layers: [raid, { name: 'sda' }, { name: 'sdb', discard: REFUSES }],
      }),
    },
  },
  'limits-from-before': {
    guest: guestWith({ ...onTop, layers: [volume] }),
    mount: '/srv',
    disks: ['sda'],
    sentence:
      'dm-0 (/dev/mapper/v--g-root), below /srv, goes by what sda took when its table was loaded: it refuses discards, and sda no longer does.',
    evidence: ['dmsetup table of dm-0 = linear', ...limitsOf('dm-0'), 'discard_max_bytes of sda = 1073741824'],
    commands: ['dmsetup table v--g-root | dmsetup reload v--g-root && dmsetup resume v--g-root'],
    near: {
      'over a disk that refuses': guestWith({ ...onTop, layers: [volume, { name: 'sda', discard: REFUSES }] }),
      'over a disk that does not say': guestWith({
        ...onTop,
        layers: [volume, { name: 'sda', discard: { ...TAKES, maxBytes: null } }],
      }),
      'nobody could ask for its table': guestWith({ ...onTop, layers: [{ ...volume, mapperTable: null }] }),
      'a target that need not pass discards on': guestWith({ ...onTop, layers: [snapshot] }),
      'crypt without allow_discards': guestWith({ ...onTop, layers: [{ ...volume, mapperTable: SHUT }] }),
    },
  },
  'layer-refuses-discards': {
    guest: guestWith({ ...onTop, layers: [snapshot] }),
    mount: '/srv',
    disks: ['sda'],
    sentence:
      'dm-0 (/dev/mapper/v--g-snap), a dm layer (snapshot) below /srv, refuses discards, and sda below it does not.',
    evidence: [
      'dmsetup table of dm-0 = snapshot',
      `dm/uuid of dm-0 = ${LVM}`,
      ...limitsOf('dm-0'),
      'discard_max_bytes of sda = 1073741824',
    ],
    commands: null,
    near: {
      'one that takes discards': guestWith({ ...onTop, layers: [{ ...snapshot, discard: TAKES }] }),
      'one with a cause of its own': guestWith({ ...onTop, layers: [origin, real] }),
      'one over a disk that refuses': guestWith({ ...onTop, layers: [snapshot, { name: 'sda', discard: REFUSES }] }),
      'a filesystem that is written once': guestWith({
        filesystems: [{ devices: ['dm-0'], kind: 'squashfs' }],
        layers: [snapshot],
      }),
    },
  },
  'granularity-above-holes': {
    guest: holes({ tooSmallBytes: 191 * MIB }),
    mount: '/srv',
    disks: ['sda'],
    sentence:
      'sda discards in pieces of 32.0 MiB, and at least 191 MiB of the 276 MiB that the ext4 on /srv calls free are in smaller ones: fstrim leaves them out.',
    evidence: [
      `discard_granularity of sda = ${32 * MIB}`,
      `free on /srv in smaller pieces, at least, bytes = ${191 * MIB}`,
      `free on /srv, bytes = ${276 * MIB}`,
    ],
    commands: [],
    near: {
      'nobody counted': holes({ tooSmallBytes: null }),
      'less than half of it': holes({ tooSmallBytes: 100 * MIB }),
      'not worth it': holes({ tooSmallBytes: 7 * MIB, usedBytes: 480 * MIB }),
      'above a block group, which is another': guestWith({
        filesystems: [{ tooSmallBytes: 900 * MIB }],
        layers: [{ name: 'sda', discard: { ...TAKES, granularityBytes: 256 * MIB } }],
      }),
    },
  },
};

const CRYPT = { label: '/dev/mapper/veracrypt1', mapperTable: SHUT };
/** As VeraCrypt makes them, of which cryptsetup knows nothing. */
export const NAMELESS_CRYPT = guestWith({ ...onTop, layers: [dm('dm-0', CRYPT)] });
export const TCRYPT = guestWith({ ...onTop, layers: [dm('dm-0', { ...CRYPT, mapperUuid: 'CRYPT-TCRYPT-old' })] });
/** A name that looks like one, of something else. */
export const CALLED_CRYPT = guestWith({
  ...onTop,
  layers: [dm('dm-0', { label: '/dev/mapper/crypt', mapperUuid: 'CRYPT-VERITY-x', mapperTable: table('verity') })],
});

const LUKS = 'CRYPT-LUKS2-61674e3ad86c4065b2fc846b4836829e-vault';
const vault = dm('dm-1', { label: '/dev/mapper/vault', mapperUuid: LUKS, mapperTable: SHUT });
export const LVM_ON_LUKS = guestWith({ ...onTop, layers: [{ ...volume, below: ['dm-1'] }, vault] });
export const LVM_ON_MENDED_LUKS = guestWith({
  ...onTop,
  layers: [
    { ...volume, below: ['dm-1'] },
    { ...vault, mapperTable: OPEN, discard: TAKES },
  ],
});
const inner = dm('dm-0', { label: '/dev/mapper/inner', mapperUuid: LUKS, mapperTable: OPEN, below: ['dm-1'] });
export const LUKS_IN_LUKS = guestWith({ ...onTop, layers: [inner, vault] });
export const LUKS_IN_MENDED_LUKS = guestWith({
  ...onTop,
  layers: [inner, { ...vault, mapperTable: OPEN, discard: TAKES }],
});
/** sd has turned discards off below a volume that was activated then. */
const scsiAddress = { host: 0, channel: 0, target: 2, lun: 0 };
export const LVM_ON_DISABLED = guestWith({
  ...onTop,
  layers: [volume, { name: 'sda', discard: REFUSES }],
  disks: [{ name: 'sda', scsiAddress, provisioningMode: 'disabled' }],
});
/** The volume was activated before, and goes on taking what the disk below refuses. */
export const LVM_ABOVE_DISABLED = guestWith({
  ...onTop,
  layers: [
    { ...volume, discard: TAKES },
    { name: 'sda', discard: REFUSES },
  ],
  disks: [{ name: 'sda', scsiAddress, provisioningMode: 'disabled' }],
});
/** One volume on two disks, one of which takes no discards: device-mapper then takes none at all. */
export const BESIDE_A_DEAF_DISK = guestWith({
  ...onTop,
  layers: [{ ...volume, below: ['sda', 'sdb'] }, { name: 'sda' }, { name: 'sdb', discard: REFUSES }],
});
