import { type LabCase, type LabDisk, lostAt, MIB, oneDisk, RECLAIMED, type Stand } from '../lab-case.ts';

const raw = { format: 'raw' } as const;
const scsi = { bus: 'virtio-scsi', image: raw, discard: 'unmap' } as const;
const blk = { bus: 'virtio-blk', image: raw, discard: 'unmap' } as const;

const SECRET = 'printf secret';
/** Few iterations: it is an emulated processor, and nothing here is secret. */
const crypt = ({ name, options = '' }: { name: string; options?: string }) =>
  `${SECRET} | cryptsetup luksFormat -q --pbkdf pbkdf2 --pbkdf-force-iterations 1000 "$disk1" - && ` +
  `${SECRET} | cryptsetup open ${options} --key-file - "$disk1" ${name} && device=/dev/mapper/${name}`;

const thin = ({ group, discards }: { group: string; discards: string }) =>
  `vgcreate -q -y ${group} "$disk1" && lvcreate -q -y -Zn --type thin-pool -L 400M -c 64k --discards ${discards} -n pool ${group} && ` +
  `lvcreate -q -y -V 384M --thinpool pool -n data ${group} && device=/dev/${group}/data`;

const layered = (given: {
  readonly name: string;
  readonly id?: string;
  readonly filesystem: Stand['filesystem'];
  readonly disk: Omit<LabDisk, 'id'>;
  readonly fileMiB: number;
  readonly expected: LabCase['expected'];
  readonly through: string;
  readonly layers: string;
}): LabCase => {
  const { layers, through, ...rest } = given;
  return oneDisk({ guest: 'layers', ...rest, more: { layers, through } });
};

const SMALL: Omit<LabDisk, 'id'> = { ...scsi, image: { format: 'raw', bytes: 128 * MIB } };

const RAID1: Stand = {
  name: 'md-raid1',
  guest: 'layers',
  filesystem: 'ext4',
  disks: [
    { id: 'raid1-a', ...blk },
    { id: 'raid1-b', ...blk },
  ],
  through: 'md raid1',
  layers:
    'mdadm --create /dev/md1 --run --assume-clean --quiet --level=1 --bitmap=none --raid-devices=2 "$disk1" "$disk2" && device=/dev/md1',
  fileBytes: 37 * MIB,
};

const RAID5: Stand = {
  name: 'md-parity-raid',
  guest: 'layers',
  filesystem: 'ext4',
  disks: ['raid5-a', 'raid5-b', 'raid5-c'].map((id) => ({ id, ...SMALL })),
  through: 'md raid5',
  layers:
    'mdadm --create /dev/md5 --run --assume-clean --quiet --level=5 --bitmap=none --raid-devices=3 "$disk1" "$disk2" "$disk3" && device=/dev/md5',
  fileBytes: 32 * MIB,
};

export const LAYERS_CASES: readonly LabCase[] = [
  layered({
    name: 'dm-crypt-with-discards',
    id: 'crypt-with',
    filesystem: 'xfs',
    disk: scsi,
    fileMiB: 33,
    expected: RECLAIMED,
    through: 'dm-crypt',
    layers: crypt({ name: 'open', options: '--allow-discards' }),
  }),
  layered({
    name: 'dm-crypt-without-discards',
    id: 'crypt-without',
    filesystem: 'ext4',
    disk: scsi,
    fileMiB: 34,
    expected: lostAt('issued', 'dm-crypt-without-discards'),
    through: 'dm-crypt',
    layers: crypt({ name: 'shut' }),
  }),
  layered({
    name: 'lvm-linear',
    filesystem: 'ext4',
    disk: blk,
    fileMiB: 35,
    expected: RECLAIMED,
    through: 'lvm',
    layers: 'vgcreate -q -y linear "$disk1" && lvcreate -q -y -L 500M -n data linear && device=/dev/linear/data',
  }),
  layered({
    name: 'lvm-thin-with-passdown',
    id: 'thin-passdown',
    filesystem: 'ext4',
    disk: scsi,
    fileMiB: 36,
    expected: RECLAIMED,
    through: 'lvm thin',
    layers: thin({ group: 'passdown', discards: 'passdown' }),
  }),
  layered({
    name: 'guest-thin-pool-keeps-discards',
    id: 'thin-nopassdown',
    filesystem: 'ext4',
    disk: scsi,
    fileMiB: 38,
    expected: lostAt('issued', 'guest-thin-pool-keeps-discards'),
    through: 'lvm thin',
    layers: thin({ group: 'nopassdown', discards: 'nopassdown' }),
  }),
  ...RAID1.disks.map(
    ({ id }, index): LabCase => ({
      name: `md-raid1-${['first', 'second'][index]}-image`,
      stand: RAID1,
      disk: id,
      expected: RECLAIMED,
      expectedDeltaBytes: RAID1.fileBytes,
    }),
  ),
  {
    name: 'md-parity-raid',
    stand: RAID5,
    expected: lostAt('issued', 'md-parity-raid'),
    expectedDeltaBytes: null,
  },
  layered({
    name: 'dm-integrity',
    filesystem: 'ext4',
    disk: SMALL,
    fileMiB: 32,
    expected: lostAt('issued', 'dm-integrity'),
    through: 'dm-integrity',
    layers:
      'integritysetup format -q --integrity-no-journal "$disk1" && integritysetup open --integrity-no-journal "$disk1" checked && device=/dev/mapper/checked',
  }),
];
