import { type Filesystem, halfGroupBytes, isExt } from '@trimtab/protocol';
import { type Fix, quote } from '@trimtab/protocol/causes';
import type { DiskEvidence } from '../evidence.ts';
import type { HostCause } from '../host-cause.ts';
import { ownerOf } from '../owner.ts';
import { slackEvidence } from '../wording.ts';
import { fixMemory, isProvenGood, isStillHeld, listTrimmed } from './withheld.ts';

export const ext4GroupsFlagged: HostCause = {
  id: 'ext4-groups-flagged',
  hop: 'trimmed',
  effect: 'stale',
  isCuredByTrim: true,
  title: 'ext4 believes that it has trimmed these blocks already, and the host still holds them.',
  why: 'ext4 flags a block group as trimmed in memory and skips it until something is deleted in it, whatever became of the discards (fs/ext4/mballoc.c, EXT4_GROUP_INFO_WAS_TRIMMED). After a trim that was lost, or a disk that was moved, it sends nothing more until it is mounted again.',
  signal:
    'FITRIM returned 0, the image takes far more than the guest can use (or more than it does use, and the trim before was lost, in the guest or on the host), every node passes discards, and nothing is known to hold clusters.',
  cure: 'The agent trims again by itself: `fstrim -m` with half a block group, which is over at once and lowers what ext4 remembers, then plain `fstrim`. By hand the same two lines, or from the host, through qemu-guest-agent: `virsh domfstrim DOMAIN --minimum 67108864`, and trim again; remounting does it too.',
  find: (evidence) => {
    const { trim, image, past } = evidence;
    if (trim === null || trim.again || past.curedInVain) return null;
    const silent = findSilent(evidence);
    if (silent.length === 0 || image === null || !isStillHeld(evidence) || !isProvenGood(evidence)) return null;
    const mounts = silent.map(({ mount }) => mount).join(', ');
    return {
      sentence: `The ext4 on ${mounts} had nothing new to discard, and ${image.path} holds ${
        past.lostBefore ? 'what the trim before gave up in vain' : 'far more than the guest uses'
      }: it believes it has trimmed these blocks already.`,
      evidence: [
        ...silent.map(({ mount }) => ({ fact: `FITRIM returned on ${mount}, bytes`, value: '0' })),
        ...slackEvidence(evidence),
        ...(past.lostBefore ? [{ fact: 'the trim of this disk before', value: 'lost' }] : []),
      ],
      fix: withHost(fixMemory(silent), { evidence, silent }),
    };
  },
};

/**
 * The same from the host, where libvirt can ask qemu-ga: it gives the minimum to every filesystem of the guest, so the
 * smallest group decides.
 */
function withHost(
  fix: Fix,
  { evidence, silent }: { readonly evidence: DiskEvidence; readonly silent: readonly Filesystem[] },
): Fix {
  const { domain, guest } = evidence;
  const owner = ownerOf(evidence);
  if (owner.kind !== 'libvirt' || domain?.guestAgent?.kind !== 'channel') return fix;
  const minimum = Math.min(...silent.map(({ blockBytes }) => halfGroupBytes(blockBytes ?? USUAL_BLOCK_BYTES)));
  const same = `Or from the host, through qemu-guest-agent: ${owner.virsh} domfstrim ${owner.guest} --minimum ${minimum} && trimtab trim ${quote(guest)}`;
  return { ...fix, note: fix.note === null ? same : `${fix.note} ${same}` };
}

const USUAL_BLOCK_BYTES = 4096;

/**
 * The ext4 filesystems of this trim on which FITRIM returned 0 although they have free blocks. Others may have sent all
 * of theirs.
 */
function findSilent(evidence: DiskEvidence): readonly Filesystem[] {
  return listTrimmed(evidence)
    .filter(({ filesystem, trimmedBytes }) => isExt(filesystem.kind) && trimmedBytes === 0)
    .map(({ filesystem }) => filesystem);
}
