import { lostAt, oneDisk } from '../lab-case.ts';

const raw = { format: 'raw' } as const;
const unmap = { discard: 'unmap' } as const;

/** The discards never reached QEMU. What the layers of a guest do is in layers.ts. */
export const LOST_IN_GUEST_CASES = [
  oneDisk({
    name: 'scsi-device-without-discard',
    id: 'scsi-no-discard',
    filesystem: 'ext4',
    disk: { bus: 'virtio-scsi', image: raw, deviceOptions: 'discard_granularity=0', ...unmap },
    fileMiB: 33,
    expected: lostAt('issued', 'device-without-discard'),
  }),
  oneDisk({
    name: 'blk-device-without-discard',
    id: 'blk-no-discard',
    filesystem: 'xfs',
    disk: { bus: 'virtio-blk', image: { format: 'qcow2' }, deviceOptions: 'discard=off', ...unmap },
    fileMiB: 34,
    expected: lostAt('issued', 'device-without-discard'),
  }),
  // What sd does to itself when a disk once refused an UNMAP (drivers/scsi/sd.c).
  oneDisk({
    name: 'scsi-discard-disabled',
    id: 'scsi-disabled',
    filesystem: 'ext4',
    disk: { bus: 'virtio-scsi', image: raw, ...unmap },
    fileMiB: 35,
    expected: lostAt('issued', 'scsi-discard-disabled'),
    more: {
      afterWrite: ({ guest, deviceOf }) =>
        guest.mustRun(
          `for mode in /sys/block/${deviceOf('scsi-disabled')}/device/scsi_disk/*/provisioning_mode; do echo disabled >"$mode"; done`,
        ),
    },
  }),
  // A block group of ext4 is 128 MiB, and nothing in it can be as long as this device wants a discard to be.
  oneDisk({
    name: 'granularity-above-block-group',
    id: 'granularity-256m',
    filesystem: 'ext4',
    disk: { bus: 'virtio-scsi', image: raw, deviceOptions: 'discard_granularity=268435456', ...unmap },
    fileMiB: 36,
    expected: lostAt('trimmed', 'granularity-above-block-group'),
  }),
];
