import { isFar } from '../../model/significant.ts';
import type { DiskEvidence } from '../evidence.ts';
import type { HostCause } from '../host-cause.ts';
import { slackEvidence } from '../wording.ts';
import { fixMemory, isProvenGood, isStillHeld, listTrimmed, type Withholding } from './withheld.ts';

export const btrfsChunksTrimmed: HostCause = {
  id: 'btrfs-chunks-trimmed',
  hop: 'trimmed',
  effect: 'stale',
  title: 'btrfs believes that it has trimmed its unallocated space already, and the host still holds it.',
  why: 'btrfs marks unallocated space as trimmed in memory, whatever became of the discards, and leaves it out until it is unmounted or a chunk was allocated there (fs/btrfs/extent-tree.c, btrfs_trim_free_extents, CHUNK_TRIMMED). Chunks become unallocated when they are empty, with or without a balance. What is free inside chunks it sends each time.',
  signal:
    'FITRIM returned far less than the btrfs calls free, the image takes at least as much more than the guest can use (or the trim before was lost, in the guest or on the host), every node passes discards, and nothing is known to hold clusters.',
  cure: 'Unmount it everywhere and mount it again, or reboot the guest; then trim. A remount does not do it; a balance only by chance.',
  find: (evidence) => {
    const { image, past } = evidence;
    if (image === null || !isStillHeld(evidence) || !isProvenGood(evidence)) return null;
    const keeping = listTrimmed(evidence).filter((one) => one.filesystem.kind === 'btrfs' && mayKeep(one, evidence));
    if (keeping.length === 0) return null;
    const mounts = keeping.map(({ filesystem }) => filesystem.mount).join(', ');
    return {
      sentence: `The btrfs on ${mounts} sent only a part of what it calls free, and ${image.path} holds ${
        past.lostBefore ? 'what the trim before gave up in vain' : 'far more than the guest uses'
      }: it believes it has trimmed its unallocated space already.`,
      evidence: [
        ...keeping.flatMap(({ filesystem: { mount }, trimmedBytes, keptBytes }) => [
          { fact: `FITRIM returned on ${mount}, bytes`, value: String(trimmedBytes) },
          { fact: `free on ${mount} above that, bytes`, value: String(keptBytes) },
        ]),
        ...slackEvidence(evidence),
        ...(past.lostBefore ? [{ fact: 'the trim of this disk before', value: 'lost' }] : []),
      ],
      fix: fixMemory(keeping.map(({ filesystem }) => filesystem)),
    };
  },
};

/** What stayed has room in what it did not send; else a part of it was sent, and something else holds that. */
function mayKeep({ keptBytes }: Withholding, { trim, allocationBytes }: DiskEvidence): boolean {
  if (keptBytes === null || allocationBytes === null || !isFar({ bytes: keptBytes, allocationBytes })) return false;
  return keptBytes >= (trim?.remaining?.leastBytes ?? 0);
}
