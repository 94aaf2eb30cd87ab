import type { HostCause } from '../host-cause.ts';
import { isProvenGood, listTrimmed, toFix } from './withheld.ts';

/** Said of each kind of filesystem that does so. */
export const discardsLater: HostCause = {
  id: 'discards-later',
  hop: 'trimmed',
  effect: 'inconclusive',
  title: 'The filesystem discards by itself, later: a trim of it sends nothing and proves nothing.',
  why: 'f2fs is mounted with discard by default. FITRIM then only hands what is free to a thread of its own and returns 0 (fs/f2fs/segment.c, f2fs_trim_fs); the thread sends it when the disk is idle, minutes later. What it has sent it does not send again, whatever became of it. Its statfs counts reserved segments as used, so that no estimate can be made of it.',
  signal: 'FITRIM returned 0 on an f2fs that is mounted with discard.',
  cure: 'Look at the image again some minutes later. For a trim that sends all at once: remount it with nodiscard, trim, and remount it with discard.',
  find: (evidence) => {
    if (evidence.trim?.again !== false || !isProvenGood(evidence)) return null;
    const later = listTrimmed(evidence).filter(
      ({ filesystem, habits, trimmedBytes }) =>
        (habits?.later ?? null) !== null && filesystem.discardsOnline && trimmedBytes === 0,
    );
    const [first] = later;
    if (first === undefined) return null;
    const mounts = later.map(({ filesystem }) => filesystem.mount).join(', ');
    return {
      sentence: `The ${first.filesystem.kind} on ${mounts} discards by itself, later: the trim sent nothing of it, and what comes back shows in some minutes. What it sent while discards were lost it does not send again.`,
      evidence: later.flatMap(({ filesystem: { mount } }) => [
        { fact: `mount option of ${mount}`, value: 'discard' },
        { fact: `FITRIM returned on ${mount}, bytes`, value: '0' },
      ]),
      fix: toFix(later.flatMap(({ filesystem, habits }) => habits?.later?.sendNow(filesystem) ?? [])),
    };
  },
};
