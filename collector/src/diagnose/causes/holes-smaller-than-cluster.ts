import { type Evidence, quote } from '@trimtab/protocol/causes';
import { formatBytes } from '@trimtab/protocol/shared';
import { isSignificant } from '../../model/significant.ts';
import type { DiskEvidence } from '../evidence.ts';
import type { HostCause } from '../host-cause.ts';
import { heldEvidence, isSurelyHeld } from './held-clusters.ts';

export const holesSmallerThanCluster: HostCause = {
  id: 'holes-smaller-than-cluster',
  hop: 'reclaimed',
  effect: 'held',
  title: 'The free space of the guest is in pieces smaller than a cluster of the qcow2 image.',
  why: 'qcow2 gives up whole clusters only; what a discard covers in part is dropped, with success (qcow2_co_pdiscard). The guest sees a granularity of 512 or 4096 bytes and does not know.',
  signal:
    'The filesystem discarded all of its free space, nothing else is known to hold clusters, and the image takes far more than the guest can use.',
  cure: 'Defragment in the guest (e4defrag, xfs_fsr, btrfs balance) and trim again, or convert to smaller clusters while the guest is off.',
  find: (evidence) => {
    const { image, guest } = evidence;
    if (image?.format !== 'qcow2' || image.clusterBytes === null || !hasSentAll(evidence)) return null;
    if (!isSurelyHeld(evidence)) return null;
    const smaller = image.path.replace(/(\.[a-z0-9]+)?$/, '.small-clusters.qcow2');
    return {
      sentence: `${image.path} has clusters of ${formatBytes(image.clusterBytes)}, and what the guest gave up is in smaller pieces: a cluster comes back only as a whole.`,
      evidence: [{ fact: 'cluster, bytes', value: String(image.clusterBytes) }, ...heldEvidence(evidence)],
      fix: {
        on: 'host',
        first: `Power ${guest} off: its QEMU holds the image.`,
        commands: [`qemu-img convert -O qcow2 -o cluster_size=64k ${quote(image.path)} ${quote(smaller)}`],
        note: 'Then give it the new image. Or, without any of this, defragment in the guest (e4defrag, xfs_fsr, btrfs balance) and trim again.',
        needsPowerCycle: true,
      },
    };
  },
};

export const holesSmallerThanChunk: HostCause = {
  id: 'holes-smaller-than-chunk',
  hop: 'reclaimed',
  effect: 'held',
  title: 'The free space of the guest is in pieces smaller than a chunk of the thin pool.',
  why: 'A thin pool gives up whole chunks only (lvmthin(7)); a discard of a part of one is ignored. LVM chooses chunks of 64 KiB to 1 GiB by the size of the pool.',
  signal:
    'The filesystem discarded all of its free space, and the thin volume has mapped far more than the guest can use.',
  cure: 'Defragment in the guest and trim again; a pool’s chunk size is fixed when it is made.',
  find: (evidence) => {
    const { image, pool } = evidence;
    if (image?.kind !== 'thin-volume' || pool === null || pool.chunkBytes === null || !hasSentAll(evidence))
      return null;
    if (!isSurelyHeld(evidence)) return null;
    const chunk: Evidence = { fact: `chunk of ${image.pool}, bytes`, value: String(pool.chunkBytes) };
    return {
      sentence: `The thin pool ${image.pool} has chunks of ${formatBytes(pool.chunkBytes)}, and what the guest gave up is in smaller pieces: a chunk comes back only as a whole.`,
      evidence: [chunk, ...heldEvidence(evidence)],
      fix: {
        on: 'guest',
        commands: [],
        note: 'Defragment (e4defrag, xfs_fsr, btrfs balance) and trim again.',
        needsPowerCycle: false,
      },
    };
  },
};

/** Only after a trim that left nothing out can what is left be blamed on its size. */
function hasSentAll({ trim }: DiskEvidence): boolean {
  return trim !== null && (isSignificant(trim.hops.trimmedBytes) || trim.again || trim.curedInVain);
}
