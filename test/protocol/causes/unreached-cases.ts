import type { Inventory, Unreached } from '@trimtab/protocol';
import type { CauseCase } from './cause-case.ts';
import { guestWith } from './guest-with.ts';

const MIB = 1024 ** 2;

/** Its one ext4 is on sda; what the agent found besides. */
const found = (...unreached: Unreached[]): Inventory => guestWith({ layers: [{ name: 'sdb' }], unreached });

const NOT_ASKED = guestWith({});
const NOTHING_FOUND = found();

type Of<Type extends Unreached['type']> = Extract<Unreached, { type: Type }>;

const freeExtents: Of<'free-extents'> = {
  type: 'free-extents',
  disks: ['sda'],
  path: '/dev/sda2',
  bytes: 250 * MIB,
  group: 'v-g',
};

const notMounted: Of<'not-mounted'> = {
  type: 'not-mounted',
  disks: ['sdb'],
  path: '/dev/sdb',
  bytes: 1024 * MIB,
  holds: 'ext4',
};

const mountedElsewhere: Of<'mounted-elsewhere'> = {
  type: 'mounted-elsewhere',
  disks: ['loop4'],
  path: '/dev/loop4',
  bytes: 64 * MIB,
  kind: 'ext4',
  mount: '/srv/a b',
  pid: 77,
  process: 'containerd',
};

const deleted: Of<'deleted-files'> = {
  type: 'deleted-files',
  mount: '/srv',
  bytes: 80 * MIB,
  files: 1,
  holders: [{ pid: 123, process: 'sleep', bytes: 80 * MIB }],
  isWhole: true,
};

/** What lies outside the filesystems that the agent trims, or is kept in use in them. */
export const UNREACHED_CASES: Readonly<Record<string, CauseCase>> = {
  'space-of-no-filesystem': {
    guest: found(freeExtents),
    mount: null,
    disks: ['sda'],
    sentence:
      '250 MiB of /dev/sda2 belong to no volume of the group v-g: what was deleted there may be on the host still, up to 250 MiB; no trim reaches it.',
    evidence: ['pv_free of /dev/sda2 = 262144000'],
    commands: [
      'lvcreate -y -W n -Z n -n trimtab-free -l 100%PVS v-g /dev/sda2 && { blkdiscard /dev/v-g/trimtab-free; lvremove -y v-g/trimtab-free; }',
    ],
    near: { 'nobody looked': NOT_ASKED, 'nothing found': NOTHING_FOUND },
  },
  'not-mounted': {
    guest: found(notMounted),
    mount: null,
    disks: ['sdb'],
    sentence: 'Nothing of /dev/sdb (ext4) is mounted: no trim reaches what the host holds of it, up to 1.0 GiB.',
    evidence: ['size of /dev/sdb = 1073741824', 'ID_FS_TYPE of /dev/sdb = ext4'],
    commands: ['mount /dev/sdb /mnt && { fstrim -v /mnt; umount /mnt; }'],
    near: { 'nobody looked': NOT_ASKED, 'nothing found': NOTHING_FOUND },
  },
  'mounted-elsewhere': {
    guest: found(mountedElsewhere),
    mount: null,
    // A loop device is no disk of the inventory.
    disks: [],
    sentence:
      '/dev/loop4 (64.0 MiB, ext4) is mounted only where containerd (pid 77) sees it, at /srv/a b: the agent does not trim it.',
    evidence: ['/proc/77/mountinfo = /srv/a b on /dev/loop4', 'size of /dev/loop4 = 67108864'],
    commands: ['mount -t ext4 -o nosuid,nodev,noexec /dev/loop4 /mnt && { fstrim -v /mnt; umount /mnt; }'],
    near: { 'nobody looked': NOT_ASKED, 'nothing found': NOTHING_FOUND },
  },
  'deleted-still-open': {
    guest: found(deleted),
    mount: '/srv',
    disks: ['sda'],
    sentence:
      '/srv has 80.0 MiB of deleted files that are still open, by sleep (pid 123): they are in use until they are closed.',
    evidence: ['deleted files of /srv that are open = 1', 'bytes open in sleep (pid 123) = 83886080'],
    commands: [],
    near: { 'nobody looked': NOT_ASKED, 'nothing found': NOTHING_FOUND },
  },
  'guest-snapshots': {
    guest: found({ type: 'snapshots', mount: '/srv', count: 3 }),
    mount: '/srv',
    disks: ['sda'],
    sentence:
      '/srv has 3 snapshots: what was deleted beside them may be in use there still. How much, nobody has counted.',
    evidence: ['snapshots of /srv = 3'],
    commands: ['btrfs subvolume list -s /srv'],
    near: { 'nobody looked': NOT_ASKED, 'nothing found': NOTHING_FOUND },
  },
};

const freeRange: Of<'free-range'> = {
  type: 'free-range',
  disks: ['sda'],
  path: '/dev/sda',
  bytes: 144 * MIB,
  offsetBytes: 64 * MIB,
};
export const FREE_RANGE = found(freeRange);
export const groupCalled = (group: string) => found({ ...freeExtents, group });
export const FREE_CHUNKS = found({ type: 'free-chunks', disks: ['sda'], path: '/dev/mapper/vg-pool', bytes: 99 * MIB });
export const IDLE_DISK = found({ ...notMounted, holds: null });
export const OPEN_IN_SEVERAL = found({
  ...deleted,
  isWhole: false,
  holders: [...deleted.holders, { pid: 124, process: 'tail\n\u001b[2J# rm -rf /', bytes: MIB }],
});

const LINE = '/x\n\u2028\u202e# rm -rf /';
export const HOSTILE_TEXTS: readonly (readonly [string, Inventory])[] = [
  ['a path and a group', found({ ...freeExtents, path: LINE, group: LINE })],
  ['a disk', found({ ...freeRange, path: LINE })],
  ['what is on a disk', found({ ...notMounted, path: LINE, holds: LINE })],
  ['a mount elsewhere', found({ ...mountedElsewhere, path: LINE, kind: LINE, mount: LINE, process: LINE })],
  ['a mount with deleted files', found({ ...deleted, mount: LINE })],
  ['a mount with snapshots', found({ type: 'snapshots', mount: LINE, count: 2 })],
  [
    'a mount that is left out',
    guestWith({
      filesystems: [{ mount: LINE, kind: LINE, obstacle: { code: 'read-only', sentence: LINE, hint: LINE } }],
    }),
  ],
];
