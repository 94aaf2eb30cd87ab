import type { Filesystem } from '@trimtab/protocol';
import type { Evidence, Fix } from '@trimtab/protocol/causes';
import { formatBytes } from '@trimtab/protocol/shared';
import { isSome } from '../../model/significant.ts';
import type { TrimmedFilesystem } from '../../model/trim-account.ts';
import { convertImage } from '../convert-image.ts';
import type { DiskEvidence } from '../evidence.ts';
import type { HostCause } from '../host-cause.ts';
import { isOfNobody, tablesEvidence } from '../qcow2-surplus.ts';
import { heldEvidence, isSurelyHeld } from './held-clusters.ts';

const SMALLEST_BYTES = 65_536;
const DEFRAGMENT = 'Defragment in the guest (e4defrag, xfs_fsr, btrfs balance), and trim again.';

export const holesSmallerThanCluster: HostCause = {
  id: 'holes-smaller-than-cluster',
  hop: 'reclaimed',
  effect: 'held',
  title: 'The free space of the guest is in pieces smaller than a cluster of the qcow2 image.',
  why: 'qcow2 gives up whole clusters only; what a discard covers in part is dropped, with success (qcow2_co_pdiscard). The guest sees a granularity of 512 or 4096 bytes and does not know.',
  signal:
    'Every filesystem of the trim discarded at least three quarters of what it calls free, the image takes far more than the guest can use, and its own refcounts count nearly all of it: the guest’s clusters are there, and used in part.',
  cure: 'Defragment in the guest (e4defrag, xfs_fsr, btrfs balance) and trim again, or convert to smaller clusters while the guest is off.',
  find: (evidence) => {
    const { image } = evidence;
    if (image?.format !== 'qcow2' || image.clusterBytes === null || !hasSentAll(evidence)) return null;
    // The surplus lies in clusters that the image counts, or it is another cause's.
    if (!isSurelyHeld(evidence) || isOfNobody(evidence) !== false) return null;
    // Clusters smaller than that cost more for their tables than they give back.
    const isLarge = image.clusterBytes > SMALLEST_BYTES;
    return {
      sentence: `${image.path} has clusters of ${formatBytes(image.clusterBytes)}, and what the guest gave up is in smaller pieces: a cluster comes back only as a whole.`,
      evidence: [
        { fact: 'cluster, bytes', value: String(image.clusterBytes) },
        ...heldEvidence(evidence),
        ...tablesEvidence(evidence),
      ],
      fix: isLarge
        ? fixLarge(evidence, image.path)
        : { on: 'guest', commands: [], note: DEFRAGMENT, needsPowerCycle: false },
    };
  },
};

function fixLarge(evidence: DiskEvidence, path: string): Fix {
  const fix = convertImage(evidence, {
    options: `-f qcow2 -O qcow2 -o cluster_size=${SMALLEST_BYTES / 1024}k`,
    path,
    target: `${path}.small-clusters`,
    isOtherFormat: false,
  });
  return { ...fix, note: `${fix.note} Or, without any of this: ${DEFRAGMENT}` };
}

export const holesSmallerThanChunk: HostCause = {
  id: 'holes-smaller-than-chunk',
  hop: 'reclaimed',
  effect: 'held',
  title: 'The free space of the guest is in pieces smaller than a chunk of the thin pool.',
  why: 'A thin pool gives up whole chunks only (lvmthin(7)); a discard of a part of one is ignored. LVM chooses chunks of 64 KiB to 1 GiB by the size of the pool.',
  signal:
    'Every filesystem of the trim discarded at least three quarters of what it calls free, `discard-bytes-ok` says that nearly all of it reached the volume, no snapshot shares its chunks, and it has mapped far more than the guest can use.',
  cure: 'Defragment in the guest and trim again; a pool’s chunk size is fixed when it is made.',
  find: (evidence) => {
    const { image, pool } = evidence;
    if (image?.kind !== 'thin-volume' || pool === null || pool.chunkBytes === null || !hasSentAll(evidence))
      return null;
    if (!isSurelyHeld(evidence) || image.sharedWith.length > 0 || !hasArrived(evidence)) return null;
    const chunk: Evidence = { fact: `chunk of ${image.pool}, bytes`, value: String(pool.chunkBytes) };
    return {
      sentence: `The thin pool ${image.pool} has chunks of ${formatBytes(pool.chunkBytes)}, and what the guest gave up is in smaller pieces: a chunk comes back only as a whole.`,
      evidence: [chunk, ...heldEvidence(evidence)],
      fix: {
        on: 'guest',
        commands: [],
        note: DEFRAGMENT,
        needsPowerCycle: false,
      },
    };
  },
};

/**
 * What is left can be put down to the size of the holes only after a trim that left nothing out: each filesystem of it
 * discarded most of what it calls free. ext4 and btrfs leave out what they have discarded before (FITRIM returns less
 * then), so for them it takes a trim that discards everything again.
 */
function hasSentAll({ trim, filesystems, past }: DiskEvidence): boolean {
  if (trim === null) return false;
  const done = trim.filesystems.filter(({ outcome }) => outcome.status === 'done');
  return done.length > 0 && (trim.again || past.curedInVain || done.every((result) => isWhole(result, filesystems)));
}

function isWhole({ mount, outcome }: TrimmedFilesystem, filesystems: readonly Filesystem[]): boolean {
  const filesystem = filesystems.find((one) => one.mount === mount);
  const { sizeBytes = null, usedBytes = null } = filesystem ?? {};
  if (outcome.status !== 'done' || outcome.trimmedBytes === null) return false;
  if (sizeBytes === null || usedBytes === null) return false;
  return outcome.trimmedBytes >= (sizeBytes - usedBytes) * MOST;
}

/** The volume itself was told to discard nearly all that the guest sent: what it kept was in pieces. */
function hasArrived({ trim }: DiskEvidence): boolean {
  const { sentBytes = null, hops } = trim ?? {};
  return isSome(sentBytes) && isSome(hops?.passedBytes) && hops.passedBytes >= sentBytes * MOST;
}

/** Blocks that are reserved, or were taken in the meantime, are counted as free and yet are not discarded. */
const MOST = 0.75;
