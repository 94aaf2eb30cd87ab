import { type Fix, quote } from '@trimtab/protocol/causes';
import { isSome } from '../../model/significant.ts';
import type { DiskEvidence } from '../evidence.ts';
import type { HostCause } from '../host-cause.ts';
import { slackEvidence } from '../wording.ts';
import { findIgnoringNode } from './ignoring-nodes.ts';

const EXT = /^ext[234]$/;

export const ext4GroupsFlagged: HostCause = {
  id: 'ext4-groups-flagged',
  hop: 'trimmed',
  effect: 'stale',
  title: 'ext4 believes that it has trimmed these blocks already, and the host still holds them.',
  why: 'ext4 flags a block group as trimmed in memory and skips it until something is deleted in it, whatever became of the discards (fs/ext4/mballoc.c, EXT4_GROUP_INFO_WAS_TRIMMED). After a trim that was lost, or a disk that was moved, it sends nothing more until it is mounted again.',
  signal:
    'FITRIM returned 0, the image takes far more than the guest can use (or more than it does use, and the trim before was lost on the host), every node passes discards, and nothing is known to hold clusters.',
  cure: 'The agent trims again by itself: `fstrim -m` with half a block group, which is over at once and lowers what ext4 remembers, then plain `fstrim`. By hand the same two lines; remounting does it too.',
  find: (evidence) => {
    const { trim, filesystems, disk, image } = evidence;
    if (trim === null || trim.again || trim.curedInVain) return null;
    const isHeld = trim.holdsMore === true || (trim.holdsMore === null && trim.lostBefore);
    if (!isHeld) return null;
    if (filesystems.length === 0 || !filesystems.every(({ kind }) => EXT.test(kind))) return null;
    if (trim.hops.trimmedBytes !== 0 || isSome(trim.sentBytes)) return null;
    if (image === null || disk === null || !isProvenGood(evidence)) return null;
    return {
      sentence: `The filesystem had nothing new to discard, and ${image.path} holds ${
        trim.lostBefore ? 'what the trim before gave up in vain' : 'far more than the guest uses'
      }: ext4 believes it has trimmed these blocks already.`,
      evidence: [
        { fact: 'FITRIM returned, bytes', value: '0' },
        ...slackEvidence(evidence),
        ...(trim.lostBefore ? [{ fact: 'the trim of this disk before', value: 'lost on the host' }] : []),
      ],
      fix: fixStale(evidence),
    };
  },
};

/** Every node passes discards, and what stores the image has refused none. */
export function isProvenGood({ disk, passedEverBytes, failedEver, image }: DiskEvidence): boolean {
  if (disk === null || image === null || image.unmeasured !== null || isSome(failedEver)) return false;
  if (disk.nodes.length === 0) return isSome(passedEverBytes);
  return findIgnoringNode(disk.nodes) === null || isSome(passedEverBytes);
}

function fixStale({ filesystems }: DiskEvidence): Fix {
  return {
    on: 'guest',
    commands: filesystems.flatMap(({ mount, blockBytes }) => [
      `fstrim -m ${halfGroup(blockBytes)} ${quote(mount)}`,
      `fstrim -v ${quote(mount)}`,
    ]),
    note: 'An agent of this version does it by itself, once, right after the trim.',
    needsPowerCycle: false,
  };
}

/** Half a block group, which has 8 × block size blocks; 4 KiB where the agent does not say. */
function halfGroup(blockBytes: number | null): number {
  const block = blockBytes ?? 4096;
  return 4 * block * block;
}
