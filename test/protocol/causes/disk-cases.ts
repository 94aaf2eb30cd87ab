import type { CauseCase } from './cause-case.ts';
import { guestWith, REFUSES, TAKES } from './guest-with.ts';

/** sd after an ILLEGAL REQUEST, and a disk after `echo 0 > discard_max_bytes`, as Linux 6.1 showed them. */
const DISABLED = { ...TAKES, maxBytes: 0, maxHwBytes: 0 };
const LOWERED = { ...TAKES, maxBytes: 0 };
const MOUNTED_IMAGE = { devices: ['loop0'], kind: 'squashfs', mount: '/snap/core' };

const scsiAddress = { host: 2, channel: 0, target: 1, lun: 0 };

/** Whole disks that take no discards, or have them turned off. */
export const DISK_CASES: Readonly<Record<string, CauseCase>> = {
  'disk-without-discard': {
    guest: guestWith({
      layers: [{ name: 'sda', discard: REFUSES }],
      disks: [{ name: 'sda', provisioningMode: 'full' }],
    }),
    mount: '/srv',
    disks: ['sda'],
    sentence: 'sda, a disk below /srv, offers the guest no discards.',
    evidence: [
      'discard_granularity of sda = 0',
      'discard_max_bytes of sda = 0',
      'discard_max_hw_bytes of sda = 0',
      'driver of sda = sd',
      'provisioning_mode of sda = full',
    ],
    commands: [],
    near: {
      'a disk that takes them': guestWith({}),
      'limits that cannot be read': guestWith({
        layers: [
          { name: 'sda', discard: { granularityBytes: null, maxBytes: null, maxHwBytes: null, alignmentBytes: null } },
        ],
      }),
      'turned off by the kernel': guestWith({
        layers: [{ name: 'sda', discard: DISABLED }],
        disks: [{ name: 'sda', provisioningMode: 'disabled' }],
      }),
      'turned off by somebody': guestWith({ layers: [{ name: 'sda', discard: LOWERED }] }),
      'an image that is never written to': guestWith({
        filesystems: [MOUNTED_IMAGE],
        layers: [{ name: 'loop0', kind: 'loop', readOnly: true, discard: REFUSES }],
      }),
    },
  },
  'scsi-discard-disabled': {
    guest: guestWith({
      layers: [{ name: 'sda', discard: DISABLED }],
      disks: [{ name: 'sda', provisioningMode: 'disabled', scsiAddress }],
    }),
    mount: '/srv',
    disks: ['sda'],
    sentence: 'The kernel has turned discards off for sda, a disk below /srv, because the disk once refused one.',
    evidence: [
      '/sys/class/scsi_disk/2:0:1:0/provisioning_mode = disabled',
      'discard_granularity of sda = 4096',
      'discard_max_bytes of sda = 0',
      'discard_max_hw_bytes of sda = 0',
    ],
    commands: ['echo unmap > /sys/class/scsi_disk/2:0:1:0/provisioning_mode'],
    near: {
      'a disk that calls itself full': guestWith({
        layers: [{ name: 'sda', discard: REFUSES }],
        disks: [{ name: 'sda', provisioningMode: 'full', scsiAddress }],
      }),
      'turned on again': guestWith({ disks: [{ name: 'sda', provisioningMode: 'unmap', scsiAddress }] }),
    },
  },
  'discard-limit-zero': {
    guest: guestWith({ layers: [{ name: 'sda', discard: LOWERED }] }),
    mount: '/srv',
    disks: ['sda'],
    sentence: 'Somebody has set the largest discard of sda, below /srv, to 0; the device could do more.',
    evidence: [
      'discard_granularity of sda = 4096',
      'discard_max_bytes of sda = 0',
      'discard_max_hw_bytes of sda = 1073741824',
    ],
    commands: ['echo 1073741824 > /sys/class/block/sda/queue/discard_max_bytes'],
    near: {
      'a lower limit': guestWith({ layers: [{ name: 'sda', discard: { ...TAKES, maxBytes: 4096 } }] }),
      'no hardware limit': guestWith({ layers: [{ name: 'sda', discard: DISABLED }] }),
      'a kernel that does not tell the hardware limit': guestWith({
        layers: [{ name: 'sda', discard: { ...LOWERED, maxHwBytes: null } }],
      }),
    },
  },
};

export const SATA_DISABLED = guestWith({
  layers: [{ name: 'sda', discard: DISABLED }],
  disks: [{ name: 'sda', provisioningMode: 'disabled', scsiAddress, wwn: 't10.ATA     QEMU HARDDISK    QM00003' }],
});
export const DEAF_VIRTIO = guestWith({
  layers: [{ name: 'sda', discard: REFUSES }],
  disks: [{ name: 'sda', driver: 'virtio_blk' }],
});
export const DEAF_LOOP = guestWith({
  filesystems: [{ devices: ['loop0'] }],
  layers: [{ name: 'loop0', kind: 'loop', label: '/srv/a.img', discard: REFUSES }],
  disks: [{ name: 'loop0', backingFile: '/srv/a.img', driver: 'loop' }],
});

/** The same on Linux 6.18, which takes no other value back. */
export const LIMITED_FOR_GOOD = guestWith({
  layers: [{ name: 'sda', discard: { ...LOWERED, granularityBytes: 0 } }],
});
