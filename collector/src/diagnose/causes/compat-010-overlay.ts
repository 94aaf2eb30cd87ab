import { quote } from '@trimtab/protocol/causes';
import type { HostCause } from '../host-cause.ts';
import { powerOff } from '../owner.ts';
import { heldEvidence, isHeld } from './held-clusters.ts';

export const compat010Overlay: HostCause = {
  id: 'compat-010-overlay',
  hop: 'reclaimed',
  effect: 'held',
  title: 'The overlay is qcow2 of the old kind (compat=0.10), which cannot give up a cluster above a backing file.',
  why: 'Version 2 of qcow2 has no flag for "reads as zeroes": an unallocated cluster shows the backing file through, so a discard that must not show old data is not done (discard_in_l2_slice, block/qcow2-cluster.c).',
  signal: '`compat: 0.10` and a backing file in the header, and the chain takes far more than the guest can use.',
  cure: 'qemu-img amend -o compat=1.1, while the guest is off.',
  find: (evidence) => {
    const { image } = evidence;
    if (image === null || image.compat !== '0.10' || image.backingChain.length === 0 || !isHeld(evidence)) return null;
    return {
      sentence: `${image.path} is qcow2 with compat=0.10 above a backing file: in that form no cluster can be given up.`,
      evidence: [
        { fact: 'compat', value: '0.10' },
        { fact: 'backing files', value: image.backingChain.join(', ') },
        ...heldEvidence(evidence),
      ],
      fix: {
        on: 'host',
        first: powerOff(evidence),
        commands: [`qemu-img amend -f qcow2 -o compat=1.1 ${quote(image.path)}`],
        note: 'Then start it again, and trim.',
        needsPowerCycle: !evidence.isOff,
      },
    };
  },
};
