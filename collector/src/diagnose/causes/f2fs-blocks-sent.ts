import type { HostCause } from '../host-cause.ts';
import { fixMemory, isProvenGood, isStillHeld, listTrimmed } from './withheld.ts';

export const f2fsBlocksSent: HostCause = {
  id: 'f2fs-blocks-sent',
  hop: 'trimmed',
  effect: 'stale',
  title: 'f2fs believes that it has trimmed these blocks already, and the host still holds them.',
  why: 'f2fs keeps for each block whether it was discarded, whatever became of that, and sends it no second time (fs/f2fs/segment.c, discard_map). Unmounted while it is mounted with discard, it notes that all was sent, so that mounting it anew changes nothing (CP_TRIMMED_FLAG); that note goes when it is changed and unmounted while it is mounted with nodiscard.',
  signal:
    'FITRIM returned 0 on an f2fs that is mounted with nodiscard, the trim before was lost, in the guest or on the host, and every node passes discards.',
  cure: 'With nodiscard among its mount options, change something in it, unmount it, mount it again with nodiscard, and trim.',
  find: (evidence) => {
    const { image } = evidence;
    if (image === null || !isStillHeld(evidence) || !isProvenGood(evidence)) return null;
    const silent = listTrimmed(evidence)
      .filter(({ filesystem, trimmedBytes }) => filesystem.kind === 'f2fs' && trimmedBytes === 0)
      .map(({ filesystem }) => filesystem)
      // Mounted with discard it sends nothing at any trim: that proves nothing.
      .filter(({ discardsOnline }) => !discardsOnline);
    if (silent.length === 0) return null;
    const mounts = silent.map(({ mount }) => mount).join(', ');
    return {
      sentence: `The f2fs on ${mounts} had nothing new to discard, and ${image.path} holds what the trim before gave up in vain: it believes it has trimmed these blocks already.`,
      evidence: [
        ...silent.map(({ mount }) => ({ fact: `FITRIM returned on ${mount}, bytes`, value: '0' })),
        { fact: 'the trim of this disk before', value: 'lost' },
      ],
      fix: fixMemory(silent),
    };
  },
};
