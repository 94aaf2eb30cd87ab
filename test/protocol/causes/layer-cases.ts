import type { CauseCase } from './cause-case.ts';
import { guestWith, REFUSES, TAKES } from './guest-with.ts';

const onTop = { filesystems: [{ devices: ['dm-0'] }] };
const mapper = { name: 'dm-0', kind: 'dm' as const, below: ['sda'], discard: REFUSES };
const LIMITS_OF_DM = [
  'discard_granularity of dm-0 = 0',
  'discard_max_bytes of dm-0 = 0',
  'discard_max_hw_bytes of dm-0 = 0',
];

const LUKS2 = 'CRYPT-LUKS2-61674e3ad86c4065b2fc846b4836829e-my vault';
const SHUT = { targets: ['crypt'], allowsDiscards: false, raidLevel: null };
const crypt = { ...mapper, label: '/dev/mapper/my vault', mapperUuid: LUKS2, mapperTable: SHUT };
/** As agents before version 3 tell of a device that cryptsetup made, of this kind. */
export const cryptOfOldAgent = (kind: string) =>
  guestWith({ ...onTop, layers: [{ ...crypt, mapperUuid: `CRYPT-${kind}-x`, mapperTable: null }] });

/** As integritysetup 2.6.1 and `cryptsetup luksFormat --integrity` named them on Linux 6.1. */
const integrity = { ...mapper, label: '/dev/mapper/integ', mapperUuid: 'CRYPT-INTEGRITY-integ' };
const DIF = 'CRYPT-INTEGRITY-24b234c970674b8d82c32d645e5497a2-auth_dif';

const TPOOL = `LVM-${'a'.repeat(64)}-tpool`;
const pool = { ...mapper, label: '/dev/mapper/vg--a-thin--pool-tpool', mapperUuid: TPOOL };

const raid = { name: 'md0', kind: 'md' as const, label: 'raid5', below: ['sda', 'sdb'], discard: REFUSES };
const onRaid = { filesystems: [{ devices: ['md0'] }] };

/** The layers between a filesystem and its disks that lose discards. */
export const LAYER_CASES: Readonly<Record<string, CauseCase>> = {
  'dm-crypt-without-discards': {
    guest: guestWith({ ...onTop, layers: [crypt] }),
    mount: '/srv',
    disks: ['sda'],
    sentence: 'my vault, the dm-crypt layer below /srv, passes no discards on: it was opened without allow_discards.',
    evidence: ['dmsetup table of dm-0 = crypt, without allow_discards', `dm/uuid of dm-0 = ${LUKS2}`, ...LIMITS_OF_DM],
    commands: ["cryptsetup refresh --allow-discards --persistent 'my vault'"],
    near: {
      'opened with allow_discards': guestWith({ ...onTop, layers: [{ ...crypt, discard: TAKES }] }),
      'over a disk that has none itself': guestWith({ ...onTop, layers: [crypt, { name: 'sda', discard: REFUSES }] }),
      'a volume of LVM': guestWith({ ...onTop, layers: [{ ...crypt, mapperUuid: 'LVM-abc', mapperTable: null }] }),
      'with allow_discards in its table, whatever its limits say': guestWith({
        ...onTop,
        layers: [{ ...crypt, mapperTable: { ...SHUT, allowsDiscards: true } }],
      }),
    },
  },
  'dm-integrity': {
    guest: guestWith({ ...onTop, layers: [integrity] }),
    mount: '/srv',
    disks: ['sda'],
    sentence: 'integ, the dm-integrity layer below /srv, passes no discards on.',
    evidence: ['dm/uuid of dm-0 = CRYPT-INTEGRITY-integ', ...LIMITS_OF_DM],
    commands: [
      'umount /srv',
      'integritysetup close integ',
      'integritysetup open --allow-discards /dev/sda integ',
      'mount /dev/mapper/integ /srv',
    ],
    near: {
      'opened with allow_discards': guestWith({ ...onTop, layers: [{ ...integrity, discard: TAKES }] }),
      'plain dm-crypt': guestWith({ ...onTop, layers: [crypt] }),
    },
  },
  'guest-thin-pool-keeps-discards': {
    guest: guestWith({ ...onTop, layers: [{ ...pool, thinDiscards: 'nopassdown' }] }),
    mount: '/srv',
    disks: ['sda'],
    sentence:
      'dm-0 (/dev/mapper/vg--a-thin--pool-tpool), the thin pool below /srv, takes discards and passes none on to its disk.',
    evidence: ['dmsetup status of dm-0 = no_discard_passdown', `dm/uuid of dm-0 = ${TPOOL}`],
    commands: ['lvchange --discards passdown vg-a/thin-pool'],
    near: {
      passdown: guestWith({ ...onTop, layers: [{ ...pool, discard: TAKES, thinDiscards: 'passdown' }] }),
      'nobody could ask': guestWith({ ...onTop, layers: [pool] }),
      'over a disk that has none: the pool then says nopassdown by itself': guestWith({
        ...onTop,
        layers: [
          { ...pool, thinDiscards: 'nopassdown' },
          { name: 'sda', discard: REFUSES },
        ],
      }),
    },
  },
  'md-parity-raid': {
    guest: guestWith({ ...onRaid, layers: [raid, { name: 'sda' }, { name: 'sdb' }] }),
    mount: '/srv',
    disks: ['sda', 'sdb'],
    sentence: 'md0 (raid5), the parity RAID below /srv, passes no discards on.',
    evidence: [
      'md/level of md0 = raid5',
      'discard_granularity of md0 = 0',
      'discard_max_bytes of md0 = 0',
      'discard_max_hw_bytes of md0 = 0',
    ],
    commands: ['echo options raid456 devices_handle_discard_safely=Y > /etc/modprobe.d/raid456-discard.conf'],
    near: {
      raid1: guestWith({ ...onRaid, layers: [{ ...raid, label: 'raid1' }, { name: 'sda' }, { name: 'sdb' }] }),
      'vouched for': guestWith({ ...onRaid, layers: [{ ...raid, discard: TAKES }, { name: 'sda' }, { name: 'sdb' }] }),
      'over a member that has none': guestWith({
        ...onRaid,
        layers: [raid, { name: 'sda' }, { name: 'sdb', discard: REFUSES }],
      }),
    },
  },
  'partition-misaligned': {
    guest: guestWith({
      filesystems: [{ devices: ['sda1'] }],
      layers: [
        // A partition at sector 63 of a disk with a granularity of 1 MiB, as Linux 6.1 showed it.
        {
          name: 'sda1',
          kind: 'partition',
          below: ['sda'],
          discard: { ...TAKES, granularityBytes: 1_048_576, alignmentBytes: 1_016_320 },
        },
        { name: 'sda', discard: { ...TAKES, granularityBytes: 1_048_576 } },
      ],
    }),
    mount: '/srv',
    disks: ['sda'],
    sentence:
      'sda1, below /srv, begins 993 KiB before a granule of 1.0 MiB: up to 1.0 MiB at each end of every free run stays on the host.',
    evidence: ['discard_alignment of sda1 = 1016320', 'discard_granularity of sda1 = 1048576'],
    commands: null,
    near: {
      'granules of 4 KiB': guestWith({
        filesystems: [{ devices: ['sda1'] }],
        layers: [{ name: 'sda1', kind: 'partition', below: ['sda'], discard: { ...TAKES, alignmentBytes: 512 } }],
      }),
      aligned: guestWith({
        filesystems: [{ devices: ['sda1'] }],
        layers: [
          {
            name: 'sda1',
            kind: 'partition',
            below: ['sda'],
            discard: { ...TAKES, granularityBytes: 1_048_576 },
          },
        ],
      }),
    },
  },
};

/** What the table has no room for. */
export const LUKS_WITH_INTEGRITY = guestWith({
  filesystems: [{ devices: ['dm-1'] }],
  layers: [
    { ...crypt, name: 'dm-1', below: ['dm-0'] },
    { ...integrity, label: '/dev/mapper/auth_dif', mapperUuid: DIF },
  ],
});
export const IGNORING_POOL = guestWith({ ...onTop, layers: [{ ...pool, thinDiscards: 'ignore' }] });
