import type { Fix } from '@trimtab/protocol/causes';
import { formatBytes } from '@trimtab/protocol/shared';
import { convertImage } from '../convert-image.ts';
import type { DiskEvidence } from '../evidence.ts';
import type { HostCause } from '../host-cause.ts';
import { powerOff } from '../owner.ts';
import { countOfNobody, isOfNobody, tablesEvidence } from '../qcow2-surplus.ts';

export const clustersOfNobody: HostCause = {
  id: 'clusters-of-nobody',
  hop: 'reclaimed',
  effect: 'held',
  title: 'The qcow2 file takes space for clusters that nothing in the image refers to any more.',
  why: 'When the qcow2 node gives up a cluster and the file node below it ignores discards, the cluster is free in the image and still takes its place in the file. The same happens when an internal snapshot is deleted under discard=ignore. The guest’s discards never reach such a cluster again: only reuse does, or a copy of the image.',
  signal:
    'The image takes far more than the clusters that its refcount tables count (docs/interop/qcow2.txt), which are read from the file; space that the guest uses is not part of it.',
  cure: 'qemu-img convert, while the guest is off: the copy has only what the image refers to. Before it, see that every node has discard=unmap.',
  find: (evidence) => {
    const { image } = evidence;
    const bytes = countOfNobody(evidence);
    if (image === null || bytes === null || isOfNobody(evidence) !== true) return null;
    return {
      sentence: `${formatBytes(bytes)} of ${image.path} belong to nobody: clusters that were given up in the image while its file ignored discards. No trim reaches them.`,
      evidence: [
        { fact: 'clusters that nothing refers to, at least, bytes', value: String(bytes) },
        ...tablesEvidence(evidence),
      ],
      fix: fixOf(evidence, image),
    };
  },
};

function fixOf(evidence: DiskEvidence, image: NonNullable<DiskEvidence['image']>): Fix {
  const { path, internalSnapshots, backingChain } = image;
  const lost = internalSnapshots > 0 ? ' The copy has no internal snapshots.' : '';
  const [below] = backingChain;
  if (below !== undefined)
    return {
      on: 'host',
      commands: [],
      note: `${powerOff(evidence)} Then copy it with qemu-img convert -O qcow2, with -B ${below} and -F and the format of that, and give the guest the copy.${lost}`,
      needsPowerCycle: !evidence.isOff,
    };
  const fix = convertImage(evidence, {
    options: '-f qcow2 -O qcow2',
    path,
    target: `${path}.copy`,
    isOtherFormat: false,
  });
  return { ...fix, note: `${fix.note}${lost}` };
}
