import type { Evidence } from '@trimtab/protocol/causes';
import { formatBytes } from '@trimtab/protocol/shared';
import { isSignificant } from '../../model/significant.ts';
import type { HostCause } from '../host-cause.ts';

export const imageCompressed: HostCause = {
  id: 'image-compressed',
  hop: 'regained',
  effect: 'note',
  title: 'The host’s filesystem stores the image compressed: its allocation counts more than the pool holds.',
  why: 'btrfs counts the bytes of a compressed extent before compression (st_blocks), and stores fewer. So the allocation of the image, what a trim takes off it and what could come back are counted too high; what the pool regains is what came back.',
  signal:
    'FIEMAP calls extents of the image `encoded`, and these became fewer by more than half of what the image fell by.',
  cure: 'Nothing to mend. Go by what the pool regained.',
  find: ({ image, extents, trim }) => {
    if (image?.kind !== 'file') return null;
    if (trim === null) {
      if (!isSignificant(extents?.encodedBytes)) return null;
      return {
        sentence: `${image.path} has ${formatBytes(extents.encodedBytes)} stored compressed: its allocation counts that in full, and the host gets back less than it falls by.`,
        evidence: [encoded(extents.encodedBytes)],
        fix: null,
      };
    }
    const { unencodedBytes, hops, poolNoise } = trim;
    const { reclaimedBytes, regainedBytes } = hops;
    if (!isSignificant(reclaimedBytes) || unencodedBytes === null || unencodedBytes <= reclaimedBytes / 2) return null;
    const fell = `${image.path} fell by ${formatBytes(reclaimedBytes)}, counted before compression`;
    const pool = image.pool ?? 'its pool';
    return {
      sentence:
        regainedBytes === null
          ? `${fell}: the host got less than that back. What ${pool} regained is not known: ${poolNoise}.`
          : `The host got ${formatBytes(Math.max(0, regainedBytes))} back in ${pool}; ${fell}.`,
      evidence: [
        {
          fact: 'fall of the image’s compressed extents (FIEMAP), bytes before compression',
          value: String(unencodedBytes),
        },
        { fact: 'rise of the pool’s free space after its commit, bytes', value: String(regainedBytes ?? 'not known') },
      ],
      fix: null,
    };
  },
};

function encoded(bytes: number): Evidence {
  return { fact: 'compressed extents (FIEMAP), bytes before compression', value: String(bytes) };
}
