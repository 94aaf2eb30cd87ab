import { quote } from '@trimtab/protocol/causes';
import type { HostCause } from '../host-cause.ts';
import { heldEvidence, isHeld } from './held-clusters.ts';

export const backingFile: HostCause = {
  id: 'backing-file',
  hop: 'reclaimed',
  effect: 'held',
  title: 'The space is in a backing file, which a guest’s discards never reach.',
  why: 'A guest writes into the uppermost image of a chain and discards there; what lies in the images below stays, since others may stand on them (an external snapshot is such a chain).',
  signal: 'The image has a backing file, and the chain takes far more than the guest can use.',
  cure: 'Merge the chain (`virsh blockcommit` or `blockpull`, `qemu-img commit` or `rebase`), then trim.',
  find: (evidence) => {
    const { image, guest, domain, disk } = evidence;
    const below = image?.backingChain[0];
    if (image === null || below === undefined || !isHeld(evidence)) return null;
    const isLibvirt = domain?.source === 'libvirt' && disk !== null;
    return {
      sentence: `${below}, the backing file of ${image.path}, holds what the guest gave up: discards reach the uppermost image only.`,
      evidence: [{ fact: 'backing files', value: image.backingChain.join(', ') }, ...heldEvidence(evidence)],
      fix: {
        on: 'host',
        ...(isLibvirt ? {} : { first: `Power ${guest} off: its QEMU holds the image.` }),
        commands: isLibvirt
          ? [`virsh blockpull ${quote(guest)} ${quote(image.path)} --wait`]
          : [`qemu-img rebase -f qcow2 -b '' ${quote(image.path)}`],
        note: isLibvirt
          ? `That copies what is below into ${image.path} first, so the pool needs room for it; then trim.`
          : `That copies what is below into ${image.path} first, so the pool needs room for it; if nothing else stands on ${below}, qemu-img commit needs less. Then start it again, and trim.`,
        needsPowerCycle: !isLibvirt,
      },
    };
  },
};
