import { lostAt, oneDisk } from '../lab-case.ts';

const raw = { format: 'raw' } as const;
const qcow2 = { format: 'qcow2' } as const;

/** The guest sent them and its device took them; QEMU's block layer did not hand them to the image. */
export const LOST_IN_QEMU_CASES = [
  oneDisk({
    name: 'host-ignores-discard',
    filesystem: 'ext4',
    disk: { bus: 'virtio-scsi', image: raw, discard: 'ignore' },
    fileMiB: 33,
    expected: lostAt('passed', 'host-ignores-discard'),
  }),
  oneDisk({
    name: 'format-node-ignores-discard',
    id: 'format-node-ignores',
    filesystem: 'xfs',
    disk: { bus: 'virtio-blk', image: qcow2, discard: 'ignore', fileDiscard: 'unmap' },
    fileMiB: 34,
    expected: lostAt('passed', 'host-ignores-discard'),
  }),
  oneDisk({
    name: 'file-node-ignores-discard',
    id: 'file-node-ignores',
    filesystem: 'ext4',
    disk: { bus: 'virtio-scsi', image: qcow2, discard: 'unmap', fileDiscard: 'ignore' },
    fileMiB: 35,
    expected: lostAt('passed', 'file-node-ignores-discard'),
  }),
  oneDisk({
    name: 'filter-node-ignores-discard',
    id: 'filter-node-ignores',
    filesystem: 'ext4',
    disk: { bus: 'virtio-blk', image: raw, discard: 'unmap', filter: 'throttle', filterDiscard: 'ignore' },
    fileMiB: 36,
    expected: lostAt('passed', 'filter-node-ignores-discard'),
  }),
  // QEMU's driver for VDI has no discard (block/vdi.c), and what has none says that it succeeded.
  oneDisk({
    name: 'driver-drops-discard',
    filesystem: 'ext4',
    disk: { bus: 'virtio-scsi', image: { format: 'vdi' }, discard: 'unmap' },
    fileMiB: 37,
    expected: lostAt('passed', 'driver-drops-discard'),
  }),
  // Neither have those for LUKS (block/crypto.c) and, in QEMU 7.2, for Parallels; the count says so.
  oneDisk({
    name: 'luks-drops-discard',
    filesystem: 'ext4',
    disk: { bus: 'virtio-scsi', image: { format: 'luks' }, discard: 'unmap' },
    fileMiB: 41,
    expected: lostAt('passed', 'driver-drops-discard'),
  }),
  oneDisk({
    name: 'parallels-drops',
    filesystem: 'xfs',
    disk: { bus: 'virtio-blk', image: { format: 'parallels' }, discard: 'unmap' },
    fileMiB: 42,
    expected: lostAt('passed', 'driver-drops-discard'),
  }),
  // The qcow2 node and the file below it pass discards; the guest's are for another file.
  oneDisk({
    name: 'data-file-ignores-discard',
    id: 'data-file-ignores',
    filesystem: 'ext4',
    disk: { bus: 'virtio-scsi', image: { ...qcow2, dataFile: 'ignore' }, discard: 'unmap' },
    fileMiB: 44,
    expected: lostAt('passed', 'file-node-ignores-discard'),
  }),
  // QEMU's nodes pass them on, to a qemu-nbd of this host with its default.
  oneDisk({
    name: 'server-ignores-discard',
    id: 'server-ignores',
    filesystem: 'ext4',
    disk: { bus: 'virtio-blk', image: { format: 'raw', servedWith: 'ignore' }, discard: 'unmap' },
    fileMiB: 43,
    expected: lostAt('passed', 'server-ignores-discard'),
  }),
  oneDisk({
    name: 'backend-refuses-discard',
    id: 'backend-refuses',
    filesystem: 'ext4',
    disk: { bus: 'virtio-scsi', image: { format: 'raw', place: 'without-holes' }, discard: 'unmap' },
    fileMiB: 38,
    expected: lostAt('passed', 'backend-refuses-discard'),
  }),
];
