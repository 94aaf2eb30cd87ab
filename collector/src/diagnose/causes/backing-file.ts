import { type Fix, quote } from '@trimtab/protocol/causes';
import type { DiskEvidence } from '../evidence.ts';
import type { HostCause } from '../host-cause.ts';
import { ownerOf, powerOff } from '../owner.ts';
import { heldEvidence, isHeld } from './held-clusters.ts';

export const backingFile: HostCause = {
  id: 'backing-file',
  hop: 'reclaimed',
  effect: 'held',
  title: 'The space is in a backing file, which a guest’s discards never reach.',
  why: 'A guest writes into the uppermost image of a chain and discards there; what lies in the images below stays (an external snapshot is such a chain). A base that several images stand on (a template) is not counted: no guest can give up any of it.',
  signal:
    'The image has a backing file that no other image of this host stands on, and the chain takes far more than the guest can use.',
  cure: 'Merge the uppermost image into the one below (`virsh blockcommit --active --pivot`, `qemu-img commit`), then trim. On Proxmox VE `qm delsnapshot`, or a full copy by `qm disk move`.',
  find: (evidence) => {
    const { image } = evidence;
    const below = image?.backingChain[0];
    if (image === null || below === undefined || image.backingUsers > 1 || !isHeld(evidence)) return null;
    return {
      sentence: `${below}, the backing file of ${image.path}, holds what the guest gave up: discards reach the uppermost image only.`,
      evidence: [
        { fact: 'backing files', value: image.backingChain.join(', ') },
        { fact: 'images of this host that stand on them', value: String(image.backingUsers) },
        ...heldEvidence(evidence),
      ],
      fix: fixOf({ evidence, image: image.path, below }),
    };
  },
};

/** Merges down into the backing file: the pool needs no further room for that. */
function fixOf({ evidence, image, below }: { evidence: DiskEvidence; image: string; below: string }): Fix {
  const sure = `Only if nothing else, on another host or shut off, stands on ${below}.`;
  const owner = ownerOf(evidence);
  if (owner.kind === 'libvirt') {
    const commit = `blockcommit ${owner.guest} ${quote(image)} --active --pivot --wait`;
    return {
      on: 'host',
      commands: [`${owner.virsh} ${commit}`],
      note: `${sure} Then trim.`,
      needsPowerCycle: false,
    };
  }
  if (owner.kind === 'proxmox')
    return {
      on: 'host',
      commands: [],
      note: `If ${below} is a snapshot of the guest: qm listsnapshot ${owner.vmid}, and qm delsnapshot ${owner.vmid} NAME of those that nobody needs. If it is a template: qm disk move ${owner.vmid} ${evidence.disk?.id ?? 'DISK'} STORAGE makes a full copy. Then trim.`,
      needsPowerCycle: false,
    };
  return {
    on: 'host',
    first: `${sure} ${powerOff(evidence)}`,
    commands: [`qemu-img commit -f qcow2 ${quote(image)}`],
    note: `Then have it start from ${below}, and trim.`,
    needsPowerCycle: !evidence.isOff,
  };
}
