import type { Disk } from '../../wire/model/disk.ts';
import type { Fix } from '../cause.ts';
import { describeDevice } from './device-path.ts';
import type { RefusalCause } from './refusal-cause.ts';
import { refusalEvidence } from './refusals.ts';

/**
 * drivers/scsi/sd.c, drivers/block/virtio_blk.c, drivers/block/loop.c: a device that offers no discards has limits of
 * 0.
 */
export const diskWithoutDiscard: RefusalCause = {
  id: 'disk-without-discard',
  hop: 'issued',
  effect: 'lost',
  title: 'The virtual disk offers the guest no discards at all.',
  why: 'The host decides whether a disk takes discards: SCSI and SATA disks of QEMU offer none with discard_granularity=0, Linux asks none of usb-storage (skip_vpd_pages, drivers/usb/storage/scsiglue.c), virtio-blk only from QEMU 4.0 on, with a machine type of 4.0 or newer and without discard=off on the device.',
  signal:
    'A whole disk has 0 in `discard_granularity`, or in both `discard_max_bytes` and `discard_max_hw_bytes`, and `provisioning_mode` is not `disabled`.',
  cure: 'Change the device on the host, and power the guest off and on: a reboot from inside keeps the device as it is.',
  explain: ({ filesystem, layer, disk }) => {
    if (disk === null) return null;
    const { driver, provisioningMode } = disk;
    return {
      sentence: `${describeDevice(layer)}, a disk below ${filesystem.mount}, offers the guest no discards.`,
      evidence: [
        ...refusalEvidence(layer),
        ...(driver === null ? [] : [{ fact: `driver of ${disk.name}`, value: driver }]),
        ...(provisioningMode === null ? [] : [{ fact: `provisioning_mode of ${disk.name}`, value: provisioningMode }]),
      ],
      fix: fixFor(disk),
    };
  },
};

function fixFor({ driver, provisioningMode, backingFile }: Disk): Fix {
  if (backingFile !== null)
    return {
      on: 'guest',
      commands: [],
      note: `The filesystem that holds ${backingFile} cannot punch holes into files, and a loop device discards in no other way. Keep the file on ext4, xfs, btrfs or tmpfs.`,
      needsPowerCycle: false,
    };
  return { on: 'host', commands: [], note: noteFor({ driver, provisioningMode }), needsPowerCycle: true };
}

function noteFor({ driver, provisioningMode }: Pick<Disk, 'driver' | 'provisioningMode'>): string {
  if (driver === 'virtio_blk')
    return 'virtio-blk passes discards from QEMU 4.0 on, with a machine type of 4.0 or newer and without discard=off on the device.';
  if (provisioningMode === 'full')
    return 'The disk calls itself fully provisioned (provisioning_mode is full). On USB no option of the device helps, as Linux never asks usb-storage: attach it to virtio-scsi, virtio-blk or SATA. On another bus QEMU was given discard_granularity=0: take it off.';
  return 'Attach it to a controller that passes discards: virtio-scsi, virtio-blk, SATA or NVMe.';
}
