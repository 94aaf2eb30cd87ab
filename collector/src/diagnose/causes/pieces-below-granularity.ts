import { finerGranularity } from '@trimtab/protocol/causes';
import { formatBytes } from '@trimtab/protocol/shared';
import { FAR_BYTES, isFar } from '../../model/significant.ts';
import type { DiskEvidence } from '../evidence.ts';
import type { HostCause } from '../host-cause.ts';
import { slackEvidence } from '../wording.ts';
import { listTrimmed, type Withholding } from './withheld.ts';

/** Finer than that, what a filesystem leaves out has other reasons. */
const COARSE_BYTES = 1024 ** 2;
const USUAL_BLOCK_BYTES = 4096;

/** The counterpart of `granularity-above-holes` for filesystems that do not list their free pieces. */
export const piecesBelowGranularity: HostCause = {
  id: 'pieces-below-granularity',
  hop: 'trimmed',
  effect: 'lost',
  title:
    'The filesystem sent less than half of what it calls free: the rest is in pieces smaller than its disk discards.',
  why: 'xfs, vfat, exfat and ntfs3 send all that is free at each trim, but for pieces that are shorter than the discard granularity (fs/xfs/xfs_discard.c, xfs_ioc_trim; fs/fat/file.c, fat_ioctl_fitrim). A large one is set for Windows guests, whose trims are slow otherwise.',
  signal:
    '`discard_granularity` of the device is 1 MiB or more, FITRIM returned less than half of what a filesystem calls free that keeps nothing in mind of earlier trims, and the image takes far more than the guest can use, but not far more than was left out.',
  cure: 'A smaller discard_granularity for the device on the host, and a power cycle.',
  find: (evidence) => {
    if (evidence.trim?.holdsMore !== true) return null;
    const coarse = listTrimmed(evidence).filter((one) => isLeftOut(one, evidence));
    const [first] = coarse;
    if (first === undefined) return null;
    if (holdsFarMoreThan(coarse, evidence)) return null;
    const { filesystem, trimmedBytes, keptBytes } = first;
    const { kind, mount, devices, blockBytes } = filesystem;
    const granularityBytes = toGranularity(first, evidence);
    return {
      sentence: `The ${kind} on ${mount} sent ${formatBytes(trimmedBytes)} of the ${formatBytes(trimmedBytes + (keptBytes ?? 0))} that it calls free: the rest is in pieces smaller than the ${formatBytes(granularityBytes)} in which ${devices[0]} discards.`,
      evidence: [
        ...coarse.flatMap((one) => [
          {
            fact: `discard_granularity of ${one.filesystem.devices[0]}`,
            value: String(toGranularity(one, evidence)),
          },
          { fact: `FITRIM returned on ${one.filesystem.mount}, bytes`, value: String(one.trimmedBytes) },
          { fact: `free on ${one.filesystem.mount} above that, bytes`, value: String(one.keptBytes) },
        ]),
        ...slackEvidence(evidence),
      ],
      fix: finerGranularity({ mostBytes: blockBytes ?? USUAL_BLOCK_BYTES, granularityBytes, layers: evidence.layers }),
    };
  },
};

/** It sends all that is free, each time: what it did not send was too small. */
function isLeftOut(one: Withholding, evidence: DiskEvidence): boolean {
  const { habits, trimmedBytes, keptBytes } = one;
  if (habits === null || habits.memory !== null || !habits.isBoundByStatfs) return false;
  if (keptBytes === null || keptBytes < FAR_BYTES || keptBytes <= trimmedBytes) return false;
  return toGranularity(one, evidence) >= COARSE_BYTES;
}

/** Then a part of what stayed was sent, and something else holds that. */
function holdsFarMoreThan(leftOut: readonly Withholding[], { trim, allocationBytes }: DiskEvidence): boolean {
  const leftOutBytes = leftOut.reduce((sum, { keptBytes }) => sum + (keptBytes ?? 0), 0);
  const moreBytes = (trim?.remaining?.leastBytes ?? 0) - leftOutBytes;
  return allocationBytes !== null && isFar({ bytes: moreBytes, allocationBytes });
}

/** Of the layer that it stands on. */
function toGranularity({ filesystem }: Withholding, { layers }: DiskEvidence): number {
  const top = layers.find(({ name }) => name === filesystem.devices[0]);
  return top?.discard.granularityBytes ?? 0;
}
