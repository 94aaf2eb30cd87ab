import { type Expected, type LabCase, lostAt, MIB, RECLAIMED, type Stand } from '../lab-case.ts';
import type { Stage } from '../stage.ts';

const ID = 'btrfs-remembers';
const MOUNT = `/mnt/${ID}`;

/** Its disk ignores discards in the first trim and passes them on in those that follow. */
const BTRFS: Stand = {
  name: ID,
  guest: 'disks',
  filesystem: 'btrfs',
  disks: [{ id: ID, bus: 'virtio-scsi', image: { format: 'raw' }, discard: 'ignore' }],
  // Large beside what btrfs writes of its own when chunks come and go.
  fileBytes: 240 * MIB,
  // The chunks that the file had become unallocated space, which btrfs takes for trimmed from the first trim on.
  remove: `rm $mount/file && sync -f $mount && btrfs balance start -dusage=0 $mount >/dev/null`,
  // What is free inside chunks comes back by any fstrim. What then stays is what btrfs takes for trimmed.
  afterFirst: async (stage) => {
    await passDiscardsOn(stage, ID);
    await stage.guest.mustRun(`/sbin/fstrim ${MOUNT}`);
  },
  // As it is printed (protocol/src/causes/mount-anew.ts).
  mend: ({ guest, deviceOf }) => guest.mustRun(`umount ${MOUNT} && mount /dev/${deviceOf(ID)} ${MOUNT}`),
};

const STALE: Expected = { verdict: 'stale', lostAt: null, cause: 'btrfs-chunks-trimmed' };

/** What a filesystem other than ext4 takes for trimmed, and what makes it forget. */
export const REMEMBERED_CASES: readonly LabCase[] = [
  {
    name: 'btrfs-lost',
    stand: BTRFS,
    expected: lostAt('passed', 'host-ignores-discard'),
    expectedDeltaBytes: null,
  },
  { name: 'btrfs-stale', stand: BTRFS, trim: 'second', expected: STALE, expectedDeltaBytes: null },
  {
    name: 'btrfs-mounted-anew',
    stand: BTRFS,
    trim: 'mended',
    expected: RECLAIMED,
    expectedDeltaBytes: BTRFS.fileBytes,
  },
];

/** What `trimtab repair` does, without its trim. */
async function passDiscardsOn({ guest, imageOf }: Stage, id: string): Promise<unknown> {
  const writable = { 'read-only': false, 'auto-read-only': false, discard: 'unmap' };
  const file = { driver: 'file', 'node-name': `${id}-file`, filename: imageOf(id), ...writable };
  const format = { driver: 'raw', 'node-name': `${id}-format`, file: `${id}-file`, ...writable };
  return guest.qmp('blockdev-reopen', { options: [file, format] });
}
