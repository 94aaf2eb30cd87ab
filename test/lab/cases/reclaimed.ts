import { oneDisk, RECLAIMED } from '../lab-case.ts';

const raw = { format: 'raw' } as const;
const qcow2 = { format: 'qcow2' } as const;
const unmap = { discard: 'unmap' } as const;

/**
 * Healthy paths: three filesystems, four buses, raw and qcow2. Each file has a size of its own: two that were mixed up
 * would show.
 */
export const RECLAIMED_CASES = [
  oneDisk({
    name: 'scsi-raw-ext4',
    filesystem: 'ext4',
    disk: { bus: 'virtio-scsi', image: raw, ...unmap },
    fileMiB: 33,
    expected: RECLAIMED,
  }),
  oneDisk({
    name: 'scsi-qcow2-xfs',
    filesystem: 'xfs',
    disk: { bus: 'virtio-scsi', image: qcow2, ...unmap },
    fileMiB: 34,
    expected: RECLAIMED,
  }),
  oneDisk({
    name: 'blk-raw-btrfs',
    filesystem: 'btrfs',
    disk: { bus: 'virtio-blk', image: raw, ...unmap },
    fileMiB: 35,
    expected: RECLAIMED,
  }),
  oneDisk({
    name: 'blk-qcow2-ext4',
    filesystem: 'ext4',
    disk: { bus: 'virtio-blk', image: qcow2, ...unmap },
    fileMiB: 36,
    expected: RECLAIMED,
  }),
  oneDisk({
    name: 'sata-raw-xfs',
    filesystem: 'xfs',
    disk: { bus: 'sata', image: raw, ...unmap },
    fileMiB: 37,
    expected: RECLAIMED,
  }),
  oneDisk({
    name: 'sata-qcow2-ext4',
    filesystem: 'ext4',
    disk: { bus: 'sata', image: qcow2, ...unmap },
    fileMiB: 38,
    expected: RECLAIMED,
  }),
  oneDisk({
    name: 'nvme-raw-ext4',
    filesystem: 'ext4',
    disk: { bus: 'nvme', image: raw, ...unmap },
    fileMiB: 39,
    expected: RECLAIMED,
  }),
  oneDisk({
    name: 'nvme-qcow2-btrfs',
    filesystem: 'btrfs',
    disk: { bus: 'nvme', image: qcow2, ...unmap },
    fileMiB: 40,
    expected: RECLAIMED,
  }),
  oneDisk({
    name: 'blk-raw-throttled',
    filesystem: 'ext4',
    disk: { bus: 'virtio-blk', image: raw, filter: 'throttle', ...unmap },
    fileMiB: 41,
    expected: RECLAIMED,
  }),
  oneDisk({
    name: 'written-into-overlay',
    filesystem: 'ext4',
    disk: { bus: 'virtio-scsi', image: { ...qcow2, base: 'empty' }, ...unmap },
    fileMiB: 42,
    expected: RECLAIMED,
  }),
  oneDisk({
    name: 'data-file',
    filesystem: 'ext4',
    disk: { bus: 'virtio-blk', image: { ...qcow2, dataFile: 'unmap' }, ...unmap },
    fileMiB: 44,
    expected: RECLAIMED,
  }),
  // From a qemu-nbd of this host that passes discards on.
  oneDisk({
    name: 'served-by-qemu-nbd',
    filesystem: 'xfs',
    disk: { bus: 'virtio-scsi', image: { ...raw, servedWith: 'unmap' }, ...unmap },
    fileMiB: 43,
    expected: RECLAIMED,
  }),
];
