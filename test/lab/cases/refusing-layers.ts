import { type LabCase, type LabDisk, lostAt, MIB, NOTHING, RECLAIMED, type Stand } from '../lab-case.ts';
import type { Stage } from '../stage.ts';
import { mountOf } from '../stand-scripts.ts';

const scsi = { bus: 'virtio-scsi', image: { format: 'raw' }, discard: 'unmap' } as const;
const SMALL: Omit<LabDisk, 'id'> = { ...scsi, image: { format: 'raw', bytes: 128 * MIB } };

const stand = (
  given: Omit<Stand, 'guest' | 'filesystem' | 'disks'> & { disks?: Stand['disks']; id?: string },
): Stand => {
  const { id = given.name, disks = [{ id, ...scsi }], ...rest } = given;
  return { guest: 'layers', filesystem: 'ext4', disks, ...rest };
};

const inGuest =
  (command: string) =>
  ({ guest }: Stage) =>
    guest.mustRun(command);
const mode =
  ({ id, word }: { id: string; word: string }) =>
  ({ guest, deviceOf }: Stage) =>
    guest.mustRun(
      `for mode in /sys/block/${deviceOf(id)}/device/scsi_disk/*/provisioning_mode; do echo ${word} >"$mode"; done`,
    );
const reload = (name: string) => `dmsetup table ${name} | dmsetup reload ${name} && dmsetup resume ${name}`;
const SECRET = 'printf secret';

/** As VeraCrypt makes its devices: with a table, and without a uuid. */
const NAMELESS = stand({
  name: 'dm-crypt-without-uuid',
  id: 'crypt-without-uuid',
  through: 'dm-crypt',
  layers:
    'modprobe dm_crypt && dmsetup create nameless --table ' +
    `"0 $(cat /sys/block/\${disk1#/dev/}/size) crypt aes-xts-plain64 $(printf 0%.0s $(seq 64)) 0 $disk1 0" && device=/dev/mapper/nameless`,
  fileBytes: 31 * MIB,
  // As it is printed (protocol/src/causes/guest/dm-crypt-without-discards.ts).
  mend: inGuest(
    `dmsetup table --showkeys nameless | awk '$3 == "crypt" { $9 += 1; $0 = $0 " allow_discards" } { print }' | dmsetup reload nameless && dmsetup resume nameless`,
  ),
});

/** The dm-crypt layer is mended before the trim, and the volume on it goes by what it took earlier. */
const ON_LUKS = stand({
  name: 'lvm-on-mended-luks',
  through: 'lvm, dm-crypt',
  layers: [
    `${SECRET} | cryptsetup luksFormat -q --pbkdf pbkdf2 --pbkdf-force-iterations 1000 "$disk1" -`,
    `${SECRET} | cryptsetup open --key-file - "$disk1" below`,
    'vgcreate -q -y onluks /dev/mapper/below && lvcreate -q -y -L 400M -n data onluks && device=/dev/onluks/data',
  ].join(' && '),
  fileBytes: 30 * MIB,
  afterWrite: inGuest(`${SECRET} | cryptsetup refresh --allow-discards --persistent --key-file - below`),
  mend: inGuest(reload('onluks-data')),
});

/** The volume goes on taking discards, ext4 believes that they arrived, and the disk below was turned off. */
const DISABLED = stand({
  name: 'lvm-on-disabled-disk',
  through: 'lvm',
  layers: 'vgcreate -q -y ondis "$disk1" && lvcreate -q -y -L 400M -n data ondis && device=/dev/ondis/data',
  fileBytes: 29 * MIB,
  afterWrite: mode({ id: 'lvm-on-disabled-disk', word: 'disabled' }),
  mend: mode({ id: 'lvm-on-disabled-disk', word: 'unmap' }),
});

const SNAPSHOT = stand({
  name: 'snapshot-origin',
  through: 'lvm, with a snapshot',
  layers:
    'modprobe dm_snapshot && vgcreate -q -y snapped "$disk1" && lvcreate -q -y -L 300M -n data snapped && device=/dev/snapped/data',
  fileBytes: 28 * MIB,
  afterWrite: inGuest('lvcreate -q -y -s -L 64M -n before snapped/data'),
});

const RAID5 = stand({
  name: 'dm-parity-raid',
  through: 'lvm raid5',
  disks: ['lvm-raid5-a', 'lvm-raid5-b', 'lvm-raid5-c'].map((id) => ({ id, ...SMALL })),
  layers:
    'modprobe dm_raid && vgcreate -q -y parity "$disk1" "$disk2" "$disk3" && lvcreate -q -y --type raid5 --nosync -i 2 -L 160M -n data parity && device=/dev/parity/data',
  fileBytes: 27 * MIB,
});

/** device-mapper takes discards only where all devices below do. */
const BESIDE = stand({
  name: 'beside-a-deaf-disk',
  through: 'lvm over two disks',
  disks: [
    { id: 'beside-deaf', ...SMALL },
    { id: 'deaf', ...SMALL, deviceOptions: 'discard_granularity=0' },
  ],
  layers:
    'vgcreate -q -y beside "$disk1" "$disk2" && lvcreate -q -y -l 100%FREE -n data beside && device=/dev/beside/data',
  fileBytes: 26 * MIB,
});

/** Every second file of 8 MiB is deleted, on a device that discards in pieces of 32 MiB. */
function holes(given: { name: string; id: string; files: number } & Pick<Stand, 'filesystem'>): Stand {
  const { name, id, files, filesystem } = given;
  const disk = { id, ...scsi, deviceOptions: 'discard_granularity=33554432' };
  const made = stand({
    name,
    disks: [disk],
    fileBytes: (files / 2) * 8 * MIB,
    write: `for n in $(seq ${files}); do dd if=/dev/shm/data of=$mount/$n bs=1M skip=$((n % 5 * 8)) count=8 oflag=direct conv=fsync status=none; done`,
    remove: `for n in $(seq 1 2 ${files}); do rm $mount/$n; done`,
  });
  return { ...made, filesystem };
}
const HOLES = holes({ name: 'granularity-above-holes', id: 'granularity-32m', filesystem: 'ext4', files: 54 });
/** xfs does not say how large its free pieces are. */
const XFS_HOLES = holes({ name: 'pieces-below-granularity', id: 'granularity-xfs', filesystem: 'xfs', files: 50 });

/** A filesystem in a file of another one, whose name comes first in the alphabet. */
const inFile = ({ name, loop, ...rest }: { name: string; loop: string } & Partial<Stand>): Stand =>
  stand({
    name,
    through: 'a loop device on ext4',
    layers: [
      'modprobe loop && mkfs.ext4 -q -J size=4 -E nodiscard,lazy_itable_init=1 "$disk1"',
      `mkdir -p ${holderOf(name)} && mount -o noinit_itable "$disk1" ${holderOf(name)}`,
      `truncate -s 300M ${holderOf(name)}/inner.img`,
      `losetup /dev/${loop} ${holderOf(name)}/inner.img && device=/dev/${loop}`,
    ].join(' && '),
    fileBytes: 25 * MIB,
    ...rest,
  });
const holderOf = (name: string) => `/mnt/a-${name}`;

const NESTED = inFile({
  name: 'filesystem-in-a-file',
  loop: 'loop5',
  // In the wrong order, as they are by their names: the agent finds the right one.
  mounts: { first: [holderOf('filesystem-in-a-file'), mountOf({ name: 'filesystem-in-a-file' })] },
});
const ALONE = inFile({
  name: 'loop-alone',
  loop: 'loop6',
  mounts: { mended: [holderOf('loop-alone')] },
  mend: async () => {},
});

const back = (stand: Stand, name: string): LabCase => ({
  name,
  stand,
  trim: 'mended',
  expected: RECLAIMED,
  expectedDeltaBytes: stand.fileBytes,
});
const lost = (stand: Stand, expected: LabCase['expected']): LabCase => ({
  name: stand.name,
  stand,
  expected,
  expectedDeltaBytes: null,
});

/** Layers of the guest that refuse discards, each with its cause; and what comes back after the fix that is printed. */
export const REFUSING_LAYERS_CASES: readonly LabCase[] = [
  lost(NAMELESS, lostAt('issued', 'dm-crypt-without-discards')),
  back(NAMELESS, 'dm-crypt-without-uuid-mended'),
  lost(ON_LUKS, lostAt('issued', 'limits-from-before')),
  back(ON_LUKS, 'lvm-on-mended-luks-reloaded'),
  lost(DISABLED, lostAt('issued', 'scsi-discard-disabled')),
  back(DISABLED, 'lvm-on-disk-set-back'),
  lost(SNAPSHOT, lostAt('issued', 'snapshot-origin')),
  lost(RAID5, lostAt('issued', 'dm-parity-raid')),
  lost(BESIDE, lostAt('issued', 'disk-without-discard')),
  lost(HOLES, lostAt('trimmed', 'granularity-above-holes')),
  lost(XFS_HOLES, lostAt('trimmed', 'pieces-below-granularity')),
  { name: NESTED.name, stand: NESTED, expected: RECLAIMED, expectedDeltaBytes: NESTED.fileBytes },
  { name: ALONE.name, stand: ALONE, device: 'loop6', expected: NOTHING, expectedDeltaBytes: null },
  back(ALONE, 'loop-alone-then-its-holder'),
];
