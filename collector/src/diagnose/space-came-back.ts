import { formatBytes } from '@trimtab/protocol/shared';
import { isSignificant } from '../model/significant.ts';
import { findIgnoringNode } from './causes/ignoring-nodes.ts';
import { HOLDING, SHARING } from './causes.ts';
import type { TrimmedDisk } from './evidence.ts';
import { firstFound } from './first-found.ts';
import { type Judgement, NOTHING } from './judgement.ts';

/** The image takes less than before: a success, unless other files hold what it gave up. */
export function spaceCameBack(evidence: TrimmedDisk): Judgement | null {
  const { reclaimedBytes, trimmedBytes, passedBytes } = evidence.trim.hops;
  if (!isSignificant(reclaimedBytes)) return null;
  // Something else took the allocation down: QEMU passed nothing of this trim on, as it is configured.
  const isIgnoring = findIgnoringNode(evidence.disk?.nodes ?? []) !== null && !evidence.past.passedBefore;
  if (passedBytes === 0 && (isIgnoring || evidence.trim.droppedBy !== null)) return null;
  const held = firstFound(SHARING, evidence);
  if (held !== null) return held;
  const { writtenBytes } = evidence.trim;
  const reclaimedBetween = isSignificant(writtenBytes)
    ? { leastBytes: reclaimedBytes, mostBytes: reclaimedBytes + writtenBytes }
    : null;
  const said = trimmedBytes === null ? '' : ` (the filesystem said ${formatBytes(trimmedBytes)})`;
  const again = evidence.trim.again ? ' It had trimmed these blocks before, in vain, and was made to do it again.' : '';
  const wrote =
    reclaimedBetween === null
      ? ''
      : ` The guest wrote ${formatBytes(writtenBytes)} meanwhile: between ${formatBytes(reclaimedBytes)} and ${formatBytes(reclaimedBetween.mostBytes)} came back.`;
  const sentence = `The host got ${formatBytes(reclaimedBytes)} back from ${evidence.image?.path}${said}.${again}${wrote}`;
  const rest = tellRest(evidence);
  return { ...NOTHING, verdict: 'reclaimed', reclaimedBetween, ...rest, sentence: `${sentence}${rest.sentence}` };
}

/** The part that did not come back, where the cause is known. */
function tellRest(evidence: TrimmedDisk): Pick<Judgement, 'sentence' | 'evidence'> {
  const { holdsMore, remaining } = evidence.trim;
  if (holdsMore !== true || remaining === null) return { sentence: '', evidence: [] };
  const holder = firstFound(HOLDING, evidence);
  const why =
    holder === null ? 'ext4 may believe that it trimmed it already, or it is in pieces too small' : holder.sentence;
  return {
    sentence: ` At least ${formatBytes(remaining.leastBytes)} more stayed: ${why.replace(/\.$/, '')}.`,
    evidence: holder?.evidence ?? [],
  };
}
