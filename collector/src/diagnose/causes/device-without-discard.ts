import { type Fix, quote } from '@trimtab/protocol/causes';
import type { Domain, HostDisk } from '../../model/domain.ts';
import { isSome } from '../../model/significant.ts';
import { connectOption } from '../connect-option.ts';
import type { HostCause } from '../host-cause.ts';

export const deviceWithoutDiscard: HostCause = {
  id: 'device-without-discard',
  hop: 'issued',
  effect: 'lost',
  title: 'The virtual device offers the guest no discards: an old machine type, or discard switched off on the device.',
  why: 'virtio-blk has VIRTIO_BLK_F_DISCARD with `discard=on` and a machine type of 4.0 or newer (hw/core/machine.c, hw_compat_3_1); scsi-hd and ide-hd offer it when their `discard_granularity` is not 0 (hw/scsi/scsi-disk.c). The guest then has limits of 0 and sends nothing.',
  signal: '`discard=off`, `discard_granularity=0` or the machine type on the command line of the running QEMU.',
  // The device is made by the host: where the host says why it offers no discards, its word is the cure.
  explains: ['disk-without-discard'],
  cure: 'A machine type of 4.0 or newer, or the device without that option; then a power cycle.',
  find: ({ guest, domain, disk, passedEverBytes, trim }) => {
    if (disk === null || disk.withoutDiscard === null) return null;
    if (isSome(trim?.hops.passedBytes) || (disk.format === 'raw' && isSome(passedEverBytes))) return null;
    return {
      sentence: `The guest cannot discard: its device ${disk.id} offers none (${disk.withoutDiscard}).`,
      evidence: [{ fact: `device ${disk.id}`, value: disk.withoutDiscard }],
      fix: fixOf({ guest: domain?.name ?? guest, domain, disk }),
    };
  },
};

interface Case {
  readonly guest: string;
  readonly domain: Pick<Domain, 'source' | 'libvirtUri'> | null;
  readonly disk: Pick<HostDisk, 'id' | 'withoutDiscard'>;
}

function fixOf({ guest, domain, disk }: Case): Fix {
  const [, family] = /^machine type (pc|q35|pc-q35|pc-i440fx)-\d/.exec(disk.withoutDiscard ?? '') ?? [];
  // The newest of the same family: another family has other buses, and the guest would not boot.
  const machine = family?.includes('q35') ? 'q35' : 'pc';
  const edit = `virt-xml${connectOption(domain)} ${quote(guest)} --edit --boot machine=${machine}`;
  const change = disk.withoutDiscard?.startsWith('machine type')
    ? 'Give the guest the same machine type of QEMU 4.0 or newer.'
    : `Take ${disk.withoutDiscard} off the device ${disk.id}.`;
  return {
    on: 'host',
    commands: domain?.source === 'libvirt' && family !== undefined ? [edit] : [],
    note: `${change} Then power the guest off and on.`,
    needsPowerCycle: true,
  };
}
