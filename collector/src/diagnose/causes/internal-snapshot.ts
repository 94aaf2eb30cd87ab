import { quote } from '@trimtab/protocol/causes';
import type { HostCause } from '../host-cause.ts';
import { countOfSnapshots } from '../qcow2-surplus.ts';
import { powerOff } from '../wording.ts';
import { heldEvidence, isHeld } from './held-clusters.ts';

export const internalSnapshot: HostCause = {
  id: 'internal-snapshot',
  hop: 'reclaimed',
  effect: 'held',
  title: 'Internal snapshots of the qcow2 image hold the clusters that the guest gave up.',
  why: 'A snapshot counts a reference to every cluster it was made with; a discard takes away the guest’s own, and the cluster stays (docs/interop/qcow2.txt, refcounts). It comes back when the last snapshot that has it is deleted.',
  signal: 'The header counts snapshots, and the image takes far more than the guest can use.',
  cure: 'Delete the snapshots that nobody needs.',
  find: (evidence) => {
    const { image, guest } = evidence;
    if (image === null || image.internalSnapshots === 0 || !isHeld(evidence)) return null;
    const ownBytes = countOfSnapshots(evidence);
    const { internalSnapshots: count, snapshotNames: names, path } = image;
    const those = `${count} internal snapshot${count === 1 ? '' : 's'}`;
    return {
      sentence: `${those} of ${path} hold${count === 1 ? 's' : ''} what the guest gave up: a trim gives back only what was written since.`,
      evidence: [
        { fact: 'internal snapshots', value: names.length === 0 ? String(count) : names.join(', ') },
        ...(ownBytes === 0 ? [] : [{ fact: 'clusters that only they have, about, bytes', value: String(ownBytes) }]),
        ...heldEvidence(evidence),
      ],
      fix: {
        on: 'host',
        first: powerOff(guest),
        commands: names.map((name) => `qemu-img snapshot -d ${quote(name)} ${quote(path)}`),
        note: 'Then start it again, and trim. What is deleted cannot be gone back to.',
        needsPowerCycle: true,
      },
    };
  },
};
