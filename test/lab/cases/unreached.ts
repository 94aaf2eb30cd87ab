import { type LabCase, MIB, NOTHING, RECLAIMED, type Stand } from '../lab-case.ts';
import type { Stage } from '../stage.ts';

const scsi = { bus: 'virtio-scsi', image: { format: 'raw' }, discard: 'unmap' } as const;

const inGuest =
  (command: string) =>
  ({ guest }: Stage) =>
    guest.mustRun(command);

/** The file has no name any more, and a process has it open. */
const STILL_OPEN: Stand = {
  name: 'deleted-still-open',
  guest: 'layers',
  filesystem: 'ext4',
  disks: [{ id: 'deleted-still-open', ...scsi }],
  fileBytes: 40 * MIB,
  remove: [
    `{ sh -c 'exec 7<"$1"; rm "$1"; echo $$ >/run/holder; exec busybox sleep 99999' sh $mount/file </dev/null >/dev/null 2>&1 & }`,
    'until test -s /run/holder; do busybox usleep 20000; done',
  ].join('\n'),
  mend: inGuest(
    'kill $(cat /run/holder) && while test -e /proc/$(cat /run/holder)/fd/7; do busybox usleep 20000; done; sync -f /mnt/deleted-still-open',
  ),
};

/** The file was deleted beside a snapshot that has it. */
const SNAPSHOT: Stand = {
  name: 'guest-snapshots',
  guest: 'layers',
  filesystem: 'btrfs',
  disks: [{ id: 'guest-snapshots', ...scsi }],
  fileBytes: 36 * MIB,
  write: [
    'btrfs subvolume create $mount/live >&2',
    'dd if=/dev/shm/data of=$mount/live/file bs=1M count=36 oflag=direct conv=fsync status=none',
    'btrfs subvolume snapshot -r $mount/live $mount/daily >&2',
  ].join('\n'),
  remove: 'rm $mount/live/file',
  mend: inGuest(
    'btrfs subvolume delete /mnt/guest-snapshots/daily >&2 && btrfs subvolume sync /mnt/guest-snapshots >&2 && sync -f /mnt/guest-snapshots',
  ),
};

/** 192 MiB were written into a volume that was removed; all that is mounted could not hold as much. */
const VOLUME_DELETED: Stand = {
  name: 'volume-deleted',
  guest: 'layers',
  filesystem: 'ext4',
  through: 'lvm, beside free extents',
  disks: [{ id: 'volume-deleted', ...scsi }],
  layers: [
    'vgcreate -q -y gone "$disk1" && lvcreate -q -y -L 64M -n keep gone && lvcreate -q -y -L 400M -n old gone',
    'for at in 0 48 96 144; do dd if=/dev/shm/data of=/dev/gone/old bs=1M seek=$at count=48 oflag=direct status=none; done',
    'lvremove -q -y gone/old && device=/dev/gone/keep',
  ].join('\n'),
  fileBytes: 20 * MIB,
};

/** What a trim cannot reach is no loss, and is told. */
export const UNREACHED_CASES: readonly LabCase[] = [
  { name: 'deleted-still-open', stand: STILL_OPEN, expected: NOTHING, expectedDeltaBytes: null },
  {
    name: 'deleted-and-closed',
    stand: STILL_OPEN,
    trim: 'mended',
    expected: RECLAIMED,
    expectedDeltaBytes: STILL_OPEN.fileBytes,
  },
  { name: 'snapshot-in-guest', stand: SNAPSHOT, expected: NOTHING, expectedDeltaBytes: null },
  {
    name: 'snapshot-in-guest-deleted',
    stand: SNAPSHOT,
    trim: 'mended',
    expected: RECLAIMED,
    expectedDeltaBytes: SNAPSHOT.fileBytes,
  },
  {
    name: 'volume-deleted',
    stand: VOLUME_DELETED,
    expected: { verdict: 'reclaimed', lostAt: null, cause: 'outside-filesystems' },
    expectedDeltaBytes: VOLUME_DELETED.fileBytes,
  },
];
