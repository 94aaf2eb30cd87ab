import { type Fix, quote } from '@trimtab/protocol/causes';
import { type HostDisk, USB_STORAGE } from '../../model/domain.ts';
import { isSome } from '../../model/significant.ts';
import type { DiskEvidence } from '../evidence.ts';
import type { HostCause } from '../host-cause.ts';
import { ownerOf, startAnew } from '../owner.ts';

export const deviceWithoutDiscard: HostCause = {
  id: 'device-without-discard',
  hop: 'issued',
  effect: 'lost',
  title:
    'The virtual device offers the guest no discards: an old machine type, discard switched off on the device, or usb-storage.',
  why: 'virtio-blk has VIRTIO_BLK_F_DISCARD with `discard=on` and a machine type of 4.0 or newer (hw/core/machine.c, hw_compat_3_1); scsi-hd and ide-hd offer it when their `discard_granularity` is not 0 (hw/scsi/scsi-disk.c). The guest then has limits of 0 and sends nothing. Linux asks a usb-storage disk for none of the pages that tell of discards (skip_vpd_pages, drivers/usb/storage/scsiglue.c).',
  signal:
    '`discard=off`, `discard_granularity=0`, an old machine type or `usb-storage` on the command line of the running QEMU.',
  // The device is made by the host: where the host says why it offers no discards, its word is the cure.
  explains: ['disk-without-discard'],
  cure: 'A machine type of 4.0 or newer, the device without that option, or another bus instead of USB; then a power cycle.',
  find: (evidence) => {
    const { disk, passedEverBytes, trim } = evidence;
    if (disk === null || disk.withoutDiscard === null) return null;
    if (isSome(trim?.hops.passedBytes) || (disk.format === 'raw' && isSome(passedEverBytes))) return null;
    return {
      sentence: `The guest cannot discard: its device ${disk.id} offers none (${disk.withoutDiscard}).`,
      evidence: [{ fact: `device ${disk.id}`, value: disk.withoutDiscard }],
      fix: fixOf(evidence, disk),
    };
  },
};

function fixOf(evidence: DiskEvidence, { id, image, withoutDiscard }: HostDisk): Fix {
  const owner = ownerOf(evidence);
  const { next, needsPowerCycle } = startAnew(evidence);
  const fix = ({ change, command }: { change: string; command: string | null }): Fix => ({
    on: 'host',
    commands: command === null ? [] : [command],
    note: `${change} Then ${next}`,
    needsPowerCycle,
  });
  if (withoutDiscard === USB_STORAGE) {
    // libvirt gives it an address on the other bus [9.0, measured].
    const bus = 'target.bus=virtio,address.type=,address.bus=,address.port=';
    const path = quote(`path=${image}`);
    return fix({
      change:
        'No option of a usb-storage device helps. Attach the disk to virtio-blk or virtio-scsi: it gets another name in the guest.',
      command: owner.kind === 'libvirt' ? `${owner.virtXml} ${owner.guest} --edit ${path} --disk ${bus}` : null,
    });
  }
  const [, family] = /^machine type (pc|q35|pc-q35|pc-i440fx)-\d/.exec(withoutDiscard ?? '') ?? [];
  if (withoutDiscard?.startsWith('machine type') !== true) {
    const where = { libvirt: ' (virsh edit)', proxmox: ' (in its args)', nobody: '' }[owner.kind];
    return fix({ change: `Take ${withoutDiscard} off the device ${id}${where}.`, command: null });
  }
  // The newest of the same family: another family has other buses, and the guest would not boot.
  const machine = family?.includes('q35') ? 'q35' : 'pc';
  const commands = {
    libvirt: owner.kind === 'libvirt' ? `${owner.virtXml} ${owner.guest} --edit --boot machine=${machine}` : null,
    proxmox: owner.kind === 'proxmox' ? `qm set ${owner.vmid} --machine ${machine}` : null,
    nobody: null,
  };
  return fix({
    change: 'Give the guest the same machine type of QEMU 4.0 or newer.',
    command: family === undefined ? null : commands[owner.kind],
  });
}
