import type { Obstacle } from '@trimtab/protocol';
import type { CauseCase } from './cause-case.ts';
import { guestWith, REFUSES, TAKES } from './guest-with.ts';

const obstacle = (code: Obstacle['code'], hint: string | null = null): Obstacle => ({
  code,
  sentence: 'The agent says why.',
  hint,
});

const zfs = {
  mount: '/tank',
  kind: 'zfs',
  source: 'tank/media',
  devices: [],
  blockBytes: null,
  obstacle: obstacle('no-fitrim'),
};
const coarse = (granularityBytes: number) => [{ name: 'sda', discard: { ...TAKES, granularityBytes } }];
const GROUP_BYTES = 128 * 1024 ** 2;

const SWAP = { device: 'sdb', sizeBytes: 2_147_479_552, usedBytes: 4096 };

/** What filesystems, swap and the guest as a whole have to say. */
export const FILESYSTEM_CASES: Readonly<Record<string, CauseCase>> = {
  'no-fitrim': {
    guest: guestWith({ filesystems: [zfs] }),
    mount: '/tank',
    disks: [],
    sentence: '/tank is zfs, which has no FITRIM: fstrim cannot trim it.',
    evidence: ['kind of /tank = zfs'],
    commands: ['zpool trim tank'],
    near: {
      'a kind that is never written to': guestWith({ filesystems: [{ ...zfs, kind: 'squashfs' }] }),
      'a write-protected device': guestWith({
        filesystems: [{ ...zfs, kind: 'udf', devices: ['sr0'] }],
        layers: [{ name: 'sr0', readOnly: true }],
      }),
      ext4: guestWith({}),
    },
  },
  'granularity-above-block-group': {
    guest: guestWith({ layers: coarse(2 * GROUP_BYTES) }),
    mount: '/srv',
    disks: ['sda'],
    sentence:
      'sda discards in pieces of 256 MiB, and a block group of ext4 on /srv is 128 MiB: fstrim returns 0 bytes there.',
    evidence: ['discard_granularity of sda = 268435456', 'block size of /srv = 4096'],
    commands: [],
    near: {
      'as large as a group': guestWith({ layers: coarse(GROUP_BYTES) }),
      xfs: guestWith({ filesystems: [{ kind: 'xfs' }], layers: coarse(2 * GROUP_BYTES) }),
      'a block size that is not known': guestWith({
        filesystems: [{ blockBytes: null }],
        layers: coarse(2 * GROUP_BYTES),
      }),
    },
  },
  'swap-holds-space': {
    guest: guestWith({ layers: [{ name: 'sdb' }], swaps: [SWAP] }),
    mount: null,
    disks: ['sdb'],
    sentence:
      'The swap area /dev/sdb can hold up to 2.0 GiB on the host, of which 4.0 KiB are in use; no trim reaches it.',
    evidence: ['size of swap on sdb = 2147479552', 'use of swap on sdb = 4096'],
    commands: [
      [
        'uuid=$(blkid -s UUID -o value /dev/sdb) label=$(blkid -s LABEL -o value /dev/sdb)',
        'swapoff /dev/sdb',
        'wipefs -q -a /dev/sdb',
        'blkdiscard /dev/sdb',
        // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's.
        'mkswap ${uuid:+-U "$uuid"} ${label:+-L "$label"} /dev/sdb',
        'swapon /dev/sdb',
      ].join(' && '),
    ],
    near: {
      'less than 1 MiB': guestWith({ layers: [{ name: 'sdb' }], swaps: [{ ...SWAP, sizeBytes: 1_048_575 }] }),
      'no swap': guestWith({ layers: [{ name: 'sdb' }] }),
    },
  },
  'read-only': {
    guest: guestWith({ filesystems: [{ obstacle: obstacle('read-only', 'Remount it.') }] }),
    mount: '/srv',
    disks: ['sda'],
    sentence: '/srv is left out of a trim. The agent says why.',
    evidence: ['obstacle of /srv = read-only'],
    commands: [],
    near: { 'read-write': guestWith({}) },
  },
  overlay: {
    guest: guestWith({ filesystems: [{ mount: '/o', kind: 'overlay', devices: [], obstacle: obstacle('overlay') }] }),
    mount: '/o',
    disks: [],
    sentence: '/o is left out of a trim. The agent says why.',
    evidence: ['kind of /o = overlay'],
    commands: null,
    near: { network: guestWith({ filesystems: [{ kind: 'nfs', devices: [], obstacle: obstacle('network') }] }) },
  },
  'no-fstrim': {
    guest: guestWith({ hasFstrim: false }),
    mount: '/srv',
    disks: ['sda'],
    sentence: 'There is no fstrim in this guest: /srv cannot be trimmed.',
    evidence: ['fstrim in /usr/sbin, /usr/bin, /sbin, /bin and PATH = not found'],
    commands: [],
    near: {
      'an agent that did not look': guestWith({}),
      'an fstrim': guestWith({ hasFstrim: true }),
      'nothing to trim': guestWith({ hasFstrim: false, filesystems: [{ obstacle: obstacle('read-only') }] }),
    },
  },
  'opted-out': {
    guest: guestWith({ filesystems: [{ obstacle: obstacle('opted-out', 'Take it out.') }] }),
    mount: '/srv',
    disks: ['sda'],
    sentence: '/srv is left out of a trim. The agent says why.',
    evidence: ['/etc/fstab, /srv = X-fstrim.notrim'],
    commands: [],
    near: { 'in fstab like any other': guestWith({}) },
  },
  'mounted-with-discard': {
    guest: guestWith({ filesystems: [{ discardsOnline: true }] }),
    mount: '/srv',
    disks: ['sda'],
    sentence: '/srv is mounted with discard, so a trim finds less there than elsewhere.',
    evidence: ['mount option of /srv = discard'],
    commands: null,
    near: {
      'without it': guestWith({}),
      'where nothing is discarded': guestWith({
        filesystems: [{ discardsOnline: true, obstacle: obstacle('no-discard') }],
        layers: [{ name: 'sda', discard: REFUSES }],
      }),
    },
  },
  'fstrim-timer-too': {
    guest: guestWith({ fstrimTimer: 'enabled' }),
    mount: null,
    disks: [],
    sentence: 'fstrim.timer trims this guest as well, once a week, and nobody measures what becomes of it.',
    evidence: ['fstrim.timer = enabled'],
    commands: ['systemctl disable --now fstrim.timer'],
    near: {
      disabled: guestWith({ fstrimTimer: 'disabled' }),
      'nothing to trim': guestWith({ fstrimTimer: 'enabled', filesystems: [{ obstacle: obstacle('read-only') }] }),
    },
  },
  'fstrim-timer-misses': {
    guest: guestWith({ fstrimTimer: 'enabled', filesystems: [{ inFstab: false }] }),
    mount: '/srv',
    disks: ['sda'],
    sentence: '/srv is not in /etc/fstab, so fstrim.timer never trims it.',
    evidence: ['fstrim.timer = enabled', '/srv in /etc/fstab = no'],
    commands: [],
    near: {
      'in fstab': guestWith({ fstrimTimer: 'enabled' }),
      'no fstab that says anything': guestWith({ fstrimTimer: 'enabled', filesystems: [{ inFstab: null }] }),
      'no timer': guestWith({ filesystems: [{ inFstab: false }] }),
    },
  },
};
