import { outsideFilesystems } from './causes/outside-filesystems.ts';
import type { TrimmedDisk } from './evidence.ts';
import type { Judgement } from './judgement.ts';

/** Notes of the guest that answer whoever deleted something, and sees nothing shrink. */
const ANSWERS: ReadonlySet<string> = new Set(['deleted-still-open', 'guest-snapshots']);

/**
 * Where there was nothing to give back: what the guest keeps in use, or the image outside of its filesystems, is the
 * next step.
 */
export function tellWhatIsKept(judgement: Judgement, evidence: TrimmedDisk): Judgement {
  if (judgement.verdict !== 'nothing-to-reclaim') return judgement;
  const mounts = evidence.trim.filesystems.map(({ mount }) => mount);
  const outside = outsideFilesystems.find(evidence);
  const kept = [
    ...evidence.guestFindings.filter(({ cause, mount }) => ANSWERS.has(cause.id) && mounts.includes(mount ?? '')),
    ...(outside === null ? [] : [outside]),
  ];
  return {
    ...judgement,
    sentence: [judgement.sentence, ...kept.map(({ sentence }) => sentence)].join(' '),
    evidence: [...judgement.evidence, ...kept.flatMap((each) => each.evidence)],
  };
}
