import { quote } from '@trimtab/protocol/causes';
import type { HostCause } from '../host-cause.ts';

export const deviceWithoutDiscard: HostCause = {
  id: 'device-without-discard',
  hop: 'issued',
  effect: 'lost',
  title: 'The virtual device offers the guest no discards: an old machine type, or discard switched off on the device.',
  why: 'virtio-blk has VIRTIO_BLK_F_DISCARD with `discard=on` and a machine type of 4.0 or newer (hw/core/machine.c, hw_compat_3_1); scsi-hd and ide-hd offer it when their `discard_granularity` is not 0 (hw/scsi/scsi-disk.c). The guest then has limits of 0 and sends nothing.',
  signal: '`discard=off`, `discard_granularity=0` or the machine type on the command line of the running QEMU.',
  cure: 'A machine type of 4.0 or newer, or the device without that option; then a power cycle.',
  find: ({ guest, domain, libvirtUri, disk }) => {
    if (disk === null || disk.withoutDiscard === null) return null;
    const isMachine = disk.withoutDiscard.startsWith('machine type');
    const connect = libvirtUri === 'qemu:///system' ? '' : ` --connect ${quote(libvirtUri)}`;
    const isLibvirt = domain?.source === 'libvirt' && isMachine;
    return {
      sentence: `The guest cannot discard: its device ${disk.id} offers none (${disk.withoutDiscard}).`,
      evidence: [{ fact: `device ${disk.id}`, value: disk.withoutDiscard }],
      fix: {
        on: 'host',
        commands: isLibvirt
          ? [`virt-xml${connect} ${quote(guest)} --edit --boot machine=${disk.bus === 'sata' ? 'q35' : 'pc'}`]
          : [],
        note: `${
          isMachine
            ? 'Give the guest a machine type of QEMU 4.0 or newer.'
            : `Take ${disk.withoutDiscard} off the device ${disk.id}.`
        } Then power the guest off and on.`,
        needsPowerCycle: true,
      },
    };
  },
};
