import type { Fix } from '@trimtab/protocol/causes';
import type { DiskEvidence } from '../evidence.ts';
import type { HostCause } from '../host-cause.ts';
import { ownerOf } from '../owner.ts';
import { heldEvidence, isSurelyHeld } from './held-clusters.ts';

export const discardNoUnref: HostCause = {
  id: 'discard-no-unref',
  hop: 'reclaimed',
  effect: 'held',
  title: 'The qcow2 node has discard-no-unref=on: discarded clusters stay reserved in the image.',
  why: 'With discard-no-unref (QEMU 8.1) a discarded cluster keeps its place, so that the image does not fragment; the host gets its blocks only if the request is also passed to the file (pass-discard-request, on with discard=unmap). Proxmox VE sets it on storages with snapshots as volume chains.',
  signal:
    '`discard-no-unref` on the command line of the running QEMU, and the image takes far more than the guest can use.',
  cure: 'discard-no-unref=off, or pass-discard-request=on; else `qemu-img convert` while the guest is off.',
  find: (evidence) => {
    const { disk, image } = evidence;
    if (disk === null || !disk.discardNoUnref || image?.format !== 'qcow2' || !isSurelyHeld(evidence)) return null;
    return {
      sentence: `${image.path} is opened with discard-no-unref=on: what the guest gives up stays reserved in it.`,
      evidence: [{ fact: 'discard-no-unref', value: 'on' }, ...heldEvidence(evidence)],
      fix: fixOf(evidence),
    };
  },
};

function fixOf(evidence: DiskEvidence): Fix {
  const owner = ownerOf(evidence);
  const notes = {
    nobody: 'Start QEMU without discard-no-unref, or with pass-discard-request=on on that node.',
    libvirt: `Set discard_no_unref='off' in the <driver> of this disk (${owner.kind === 'libvirt' ? `${owner.virsh} edit ${owner.guest}` : 'virsh edit'}), and power the guest off and on.`,
    proxmox:
      'Proxmox VE sets it on storages with snapshots as volume chains: move the disk to another storage (qm disk move).',
  };
  return { on: 'host', commands: [], note: notes[owner.kind], needsPowerCycle: owner.kind !== 'proxmox' };
}
