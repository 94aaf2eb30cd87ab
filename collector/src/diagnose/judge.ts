import { formatBytes } from '@trimtab/protocol/shared';
import { isSignificant, isSome } from '../model/significant.ts';
import { HOLDING, IN_DEVICE, LOSING, OUT_OF_SIGHT, STALE, TOO_SMALL, UNSENT } from './causes.ts';
import type { TrimmedDisk } from './evidence.ts';
import { freedAfterwards, isFileOfTheGuest } from './file-of-the-guest.ts';
import { firstFound, firstGuestLoss, firstTurned, firstUnsent } from './first-found.ts';
import { inconclusive, type Judgement, NOTHING } from './judgement.ts';
import { tellWhatIsKept } from './kept-in-guest.ts';
import { spaceCameBack } from './space-came-back.ts';
import { nobodySawItSent, nothingWasSent, nothingWasThere, passedAndStayed } from './what-silence-proves.ts';

/**
 * What one trim achieved on one disk. Each rule decides or leaves it to the next. Rules about what was seen to happen
 * come first, those that conclude from nothing having happened last.
 */
export function judge(evidence: TrimmedDisk): Judgement {
  for (const rule of RULES) {
    const judgement = rule(evidence);
    if (judgement !== null) return tellWhatIsKept(judgement, evidence);
  }
  return inconclusive('the counters do not add up to any known case');
}

type Rule = (evidence: TrimmedDisk) => Judgement | null;

const RULES: readonly Rule[] = [
  nothingWasTrimmed,
  isFileOfTheGuest,
  notBracketed,
  spaceCameBack,
  deviceOffersNone,
  guestHoldsItBack,
  somethingLostIt,
  cannotBeSeen,
  nothingHoldsStill,
  writingHidesIt,
  piecesAreNotSent,
  somethingHoldsIt,
  filesystemIsStale,
  piecesAreTooSmall,
  freedAfterwards,
  nobodySawItSent,
  nothingWasSent,
  passedAndStayed,
  nothingWasThere,
];

/** fstrim was refused for a reason that is on the list, or it failed for one that is not. */
function nothingWasTrimmed(evidence: TrimmedDisk): Judgement | null {
  const outcomes = evidence.trim.filesystems.map(({ outcome }) => outcome);
  if (outcomes.some(({ status }) => status === 'done')) return null;
  const [first] = outcomes;
  if (first === undefined || first.status === 'done')
    return inconclusive('the report names no filesystem on this disk');
  if (first.status === 'cancelled')
    return { ...NOTHING, verdict: 'cancelled', sentence: `The trim was cancelled: ${first.message}.` };
  if (first.status === 'unsupported') {
    const judgement = deviceOffersNone(evidence) ?? firstGuestLoss(evidence) ?? firstFound(LOSING, evidence);
    if (judgement !== null) return judgement;
  }
  // No fix of the host's: the guest's own hint stands beside its outcome.
  return { ...NOTHING, verdict: 'failed', sentence: `Nothing was trimmed: ${first.message.replace(/\.$/, '')}.` };
}

function notBracketed({ disk, image, unmatched, trim }: TrimmedDisk): Judgement | null {
  if (disk === null || unmatched !== null)
    return inconclusive(`no image was matched to this disk: ${unmatched ?? 'nothing is known of it'}`);
  if (trim.unbracketed !== null) return inconclusive(trim.unbracketed);
  return image === null ? inconclusive('its image could not be read') : null;
}

function deviceOffersNone(evidence: TrimmedDisk): Judgement | null {
  return firstFound(IN_DEVICE, evidence);
}

/**
 * By the guest's own word, where nothing reached the host that would say otherwise; or by what turned while it was
 * trimmed, since then a part may have. It goes before what the counts say: where some layers took discards and others
 * did not, the one that refuses is the reason.
 */
function guestHoldsItBack(evidence: TrimmedDisk): Judgement | null {
  return isSome(evidence.trim.sentBytes) ? firstTurned(evidence) : firstGuestLoss(evidence);
}

/** Proven by the configuration or the counts, and not contradicted by QEMU's own. */
function somethingLostIt(evidence: TrimmedDisk): Judgement | null {
  return firstFound(LOSING, evidence);
}

/**
 * After the causes that are proven without measuring the storage, namely that discards were dropped on their way to it.
 */
function cannotBeSeen(evidence: TrimmedDisk): Judgement | null {
  const { image, trim } = evidence;
  if (image === null || image.unmeasured === null) return null;
  const found = firstFound(OUT_OF_SIGHT, evidence);
  const { passedBytes } = trim.hops;
  const arrived = isSome(passedBytes) ? `${formatBytes(passedBytes)} of discards reached ${image.path}. ` : '';
  const sentence = `${arrived}What came back cannot be measured here: ${image.unmeasured}.`;
  return { ...NOTHING, ...found, verdict: 'unmeasurable', sentence };
}

function nothingHoldsStill(evidence: TrimmedDisk): Judgement | null {
  return evidence.trim.restless ? firstFound(OUT_OF_SIGHT, evidence) : null;
}

function writingHidesIt({ trim }: TrimmedDisk): Judgement | null {
  const { writtenBytes, hops } = trim;
  if (!isSignificant(writtenBytes)) return null;
  const leastBytes = Math.max(0, hops.reclaimedBytes ?? 0);
  const mostBytes = Math.max(0, (hops.reclaimedBytes ?? 0) + writtenBytes);
  return {
    ...inconclusive(
      `the guest wrote ${formatBytes(writtenBytes)} while it trimmed, so between ${formatBytes(leastBytes)} and ${formatBytes(mostBytes)} came back`,
    ),
    reclaimedBetween: { leastBytes, mostBytes },
  };
}

/** The guest sent a part, and what it did not send the image may still hold. */
function piecesAreNotSent(evidence: TrimmedDisk): Judgement | null {
  return evidence.trim.holdsMore === false ? null : (firstUnsent(evidence) ?? firstFound(UNSENT, evidence));
}

function somethingHoldsIt(evidence: TrimmedDisk): Judgement | null {
  return firstFound(HOLDING, evidence);
}

function filesystemIsStale(evidence: TrimmedDisk): Judgement | null {
  return firstFound(STALE, evidence);
}

function piecesAreTooSmall(evidence: TrimmedDisk): Judgement | null {
  return firstFound(TOO_SMALL, evidence);
}
