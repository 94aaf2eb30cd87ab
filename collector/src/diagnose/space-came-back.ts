import { formatBytes } from '@trimtab/protocol/shared';
import { isFar, isSignificant } from '../model/significant.ts';
import { findIgnoringNode } from './causes/ignoring-nodes.ts';
import { BESIDE, COUNTED_HIGHER, HOLDING, SHARING, STALE, UNSENT } from './causes.ts';
import type { TrimmedDisk } from './evidence.ts';
import { firstFound } from './first-found.ts';
import { inconclusive, type Judgement, NOTHING } from './judgement.ts';
import { tellMemory } from './tell-memory.ts';

/** The image takes less than before: a success, unless its pool keeps what it gave up. */
export function spaceCameBack(evidence: TrimmedDisk): Judgement | null {
  const { reclaimedBytes, passedBytes } = evidence.trim.hops;
  if (!isSignificant(reclaimedBytes)) return null;
  // Something else took the allocation down: QEMU passed nothing of this trim on, as it is configured.
  const isIgnoring = findIgnoringNode(evidence.disk?.nodes ?? []) !== null && !evidence.past.passedBefore;
  if (passedBytes === 0 && (isIgnoring || evidence.trim.droppedBy !== null)) return null;
  const held = firstFound(SHARING, evidence);
  if (held !== null) return held;
  const gain = tellGain(evidence, reclaimedBytes);
  if (gain.verdict === 'inconclusive') return gain;
  const stale = firstFound(STALE, evidence);
  if (stale !== null && isMoreLeft(evidence, reclaimedBytes))
    return { ...stale, sentence: `${gain.sentence} ${stale.sentence}` };
  const { writtenBytes } = evidence.trim;
  const reclaimedBetween = isSignificant(writtenBytes)
    ? { leastBytes: reclaimedBytes, mostBytes: reclaimedBytes + writtenBytes }
    : null;
  const again = evidence.trim.again ? ' It had trimmed these blocks before, in vain, and was made to do it again.' : '';
  const wrote =
    reclaimedBetween === null
      ? ''
      : ` The guest wrote ${formatBytes(writtenBytes)} meanwhile: between ${formatBytes(reclaimedBytes)} and ${formatBytes(reclaimedBetween.mostBytes)} came back.`;
  const rest = tellRest(evidence, stale);
  const beside = gain.cause === null && rest.sentence === '' ? firstFound(BESIDE, evidence) : null;
  if (beside !== null)
    return {
      ...beside,
      verdict: gain.verdict,
      reclaimedBetween,
      sentence: `${gain.sentence}${again}${wrote} ${beside.sentence}`,
    };
  return {
    ...(stale ?? gain),
    verdict: gain.verdict,
    reclaimedBetween,
    evidence: [...gain.evidence, ...rest.evidence],
    sentence: `${gain.sentence}${again}${wrote}${rest.sentence}`,
  };
}

/**
 * What the host got. Where nothing but the image can hold its blocks, that is what the image fell by. Else only the
 * pool can tell, and where it got far less, that is no success, though nobody knows what holds the rest.
 */
function tellGain(evidence: TrimmedDisk, reclaimedBytes: number): Judgement {
  const { image, trim } = evidence;
  const { regainedBytes, trimmedBytes } = trim.hops;
  const said = trimmedBytes === null ? '' : ` (the filesystem said ${formatBytes(trimmedBytes)})`;
  if (!trim.mayPoolKeep)
    return reclaimed(`The host got ${formatBytes(reclaimedBytes)} back from ${image?.path}${said}.`);
  const counted = firstFound(COUNTED_HIGHER, evidence);
  // What a compressed image held of the pool is not known; that the host got something back, the pool must say.
  if (counted !== null)
    return {
      ...counted,
      verdict: regainedBytes === null || isSignificant(regainedBytes) ? 'reclaimed' : 'inconclusive',
    };
  const fell = `${image?.path} fell by ${formatBytes(reclaimedBytes)}${said}`;
  const pool = image?.pool ?? 'its pool';
  if (regainedBytes === null) {
    if ((trim.heldParts?.held ?? 0) === 0)
      return reclaimed(`${fell}. What ${pool} regained of it is not known: ${trim.poolNoise}.`);
    return inconclusive(`${fell} and holds extents of which it gave up only parts, and ${trim.poolNoise}`);
  }
  if (regainedBytes < reclaimedBytes / 2)
    return inconclusive(
      `${fell}, and ${pool} regained ${formatBytes(Math.max(0, regainedBytes))} of it; what keeps the rest is not known`,
    );
  return reclaimed(`${fell}, and ${pool} regained ${formatBytes(regainedBytes)}.`);
}

function reclaimed(sentence: string): Judgement {
  return { ...NOTHING, verdict: 'reclaimed', sentence };
}

/**
 * Did more stay than came back? Where nobody can tell what stayed: is what came back no more than a filesystem's own
 * bookkeeping?
 */
function isMoreLeft({ trim, allocationBytes }: TrimmedDisk, reclaimedBytes: number): boolean {
  if (trim.holdsMore === true && trim.remaining !== null) return trim.remaining.leastBytes > reclaimedBytes;
  return allocationBytes !== null && !isFar({ bytes: reclaimedBytes, allocationBytes });
}

/**
 * The part that did not come back, and why: by the cause that holds it, else by what its filesystems are known to keep
 * back.
 */
function tellRest(evidence: TrimmedDisk, stale: Judgement | null): Pick<Judgement, 'sentence' | 'evidence'> {
  const { holdsMore, remaining } = evidence.trim;
  if (holdsMore !== true || remaining === null)
    return { sentence: stale === null ? '' : ` ${stale.sentence}`, evidence: stale?.evidence ?? [] };
  const holder = firstFound(HOLDING, evidence) ?? stale ?? firstFound(UNSENT, evidence);
  const why = holder?.sentence ?? [...tellMemory(evidence), 'it is in pieces too small'].join(', or ');
  return {
    sentence: ` At least ${formatBytes(remaining.leastBytes)} more stayed: ${why.replace(/\.$/, '')}.`,
    evidence: holder?.evidence ?? [],
  };
}
