import { type Cause, type Found, type Hop, pageOf } from '@trimtab/protocol/causes';
import { formatBytes } from '@trimtab/protocol/shared';
import type { ImageState } from '../model/image.ts';
import { isSignificant, isSome } from '../model/significant.ts';
import { findIgnoringNode } from './causes/ignoring-nodes.ts';
import { HOLDING, LOSING, OUT_OF_SIGHT, SHARING, STALE, TOO_SMALL } from './causes.ts';
import type { DiskEvidence, TrimSeen } from './evidence.ts';
import { formatFix } from './format-fix.ts';
import type { HostCause } from './host-cause.ts';
import type { Judgement } from './judgement.ts';

/** One disk with the trim that was made of it. */
export type TrimmedDisk = DiskEvidence & { readonly trim: TrimSeen };

/**
 * What one trim achieved on one disk. Each rule takes the case or leaves it to the next; the order goes from what was
 * seen to happen to what can only be concluded from nothing having happened.
 */
export function judge(evidence: TrimmedDisk): Judgement {
  for (const rule of RULES) {
    const judgement = rule(evidence);
    if (judgement !== null) return judgement;
  }
  return inconclusive('the counters do not add up to any known case');
}

type Rule = (evidence: TrimmedDisk) => Judgement | null;

const RULES: readonly Rule[] = [
  nothingWasTrimmed,
  notBracketed,
  spaceCameBack,
  somethingLostIt,
  guestHoldsItBack,
  cannotBeSeen,
  nothingHoldsStill,
  writingHidesIt,
  somethingHoldsIt,
  filesystemIsStale,
  piecesAreTooSmall,
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
    const judgement = firstFound(LOSING, evidence) ?? firstGuestLoss(evidence);
    if (judgement !== null) return judgement;
  }
  // The guest's own hint stands beside its outcome; `fix` is the host's word, there to be copied.
  return { ...NOTHING, verdict: 'failed', sentence: `Nothing was trimmed: ${stripStop(first.message)}.` };
}

function notBracketed({ disk, image, unmatched, trim }: TrimmedDisk): Judgement | null {
  if (disk === null || unmatched !== null)
    return inconclusive(`no image was matched to this disk: ${unmatched ?? 'nothing is known of it'}`);
  if (trim.unbracketed !== null) return inconclusive(trim.unbracketed);
  return image === null ? inconclusive('its image could not be read') : null;
}

function spaceCameBack(evidence: TrimmedDisk): Judgement | null {
  const { reclaimedBytes, trimmedBytes, passedBytes } = evidence.trim.hops;
  if (!isSignificant(reclaimedBytes)) return null;
  // Something else took the allocation down: of this trim QEMU passed nothing, as it was told.
  const isIgnoring = findIgnoringNode(evidence.disk?.nodes ?? []) !== null && !evidence.past.passedBefore;
  if (passedBytes === 0 && isIgnoring) return null;
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

/** What did not come back with the rest, and what is known to hold it. */
function tellRest(evidence: TrimmedDisk): Pick<Judgement, 'sentence' | 'evidence'> {
  const { holdsMore, remaining } = evidence.trim;
  if (holdsMore !== true || remaining === null) return { sentence: '', evidence: [] };
  const holder = firstFound(HOLDING, evidence);
  const why =
    holder === null ? 'ext4 may believe that it trimmed it already, or it is in pieces too small' : holder.sentence;
  return {
    sentence: ` At least ${formatBytes(remaining.leastBytes)} more stayed: ${stripStop(why)}.`,
    evidence: holder?.evidence ?? [],
  };
}

/** Proven by the configuration or the counts, and not contradicted by QEMU's own. */
function somethingLostIt(evidence: TrimmedDisk): Judgement | null {
  return firstFound(LOSING, evidence);
}

/** By the guest's own word, where nothing reached the host that would say otherwise. */
function guestHoldsItBack(evidence: TrimmedDisk): Judgement | null {
  return isSome(evidence.trim.sentBytes) ? null : firstGuestLoss(evidence);
}

/** After what is proven without a look at the storage: that the discards were dropped on their way there. */
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

function somethingHoldsIt(evidence: TrimmedDisk): Judgement | null {
  return firstFound(HOLDING, evidence);
}

function filesystemIsStale(evidence: TrimmedDisk): Judgement | null {
  return firstFound(STALE, evidence);
}

function piecesAreTooSmall(evidence: TrimmedDisk): Judgement | null {
  return firstFound(TOO_SMALL, evidence);
}

/** Of no discards nothing can be learnt, least of all that the path is sound. */
function nothingWasSent({ trim, disk }: TrimmedDisk): Judgement | null {
  if (trim.sentBytes !== 0) return null;
  const isIgnoring = findIgnoringNode(disk?.nodes ?? []) !== null;
  if (trim.holdsMore === false && !isIgnoring)
    return nothing('The filesystem had nothing to discard that the host held.');
  if (isSignificant(trim.hops.trimmedBytes))
    return inconclusive(
      `the filesystem trimmed ${formatBytes(trim.hops.trimmedBytes)} and none of it left the guest: a layer above the disk kept it`,
    );
  if (isIgnoring)
    return inconclusive(
      'the filesystem had nothing new to discard, and the host would have ignored it (discard=ignore)',
    );
  if (trim.holdsMore === true)
    return inconclusive('the filesystem had nothing new to discard, and the image holds far more than the guest uses');
  return nothing('The filesystem had nothing new to discard.');
}

/** What arrived and took nothing away, though nothing is known to hold it. */
function passedAndStayed({ trim, image }: TrimmedDisk): Judgement | null {
  if (trim.holdsMore === true)
    return inconclusive('the image holds far more than the guest uses, and nothing is known to hold it');
  if (image?.format === 'raw' || trim.holdsMore === false || !isSignificant(trim.hops.passedBytes)) return null;
  return inconclusive(
    `${formatBytes(trim.hops.passedBytes)} of discards reached the image and its allocation did not fall; nothing is known to hold the clusters`,
  );
}

/** Only a path that is known to be sound may end here: of an unknown one, silence proves nothing. */
function nothingWasThere({ trim, disk, domain, image, passedEverBytes, past }: TrimmedDisk): Judgement | null {
  const holders = image === null || trim.holdsMore === false || isSome(trim.hops.passedBytes) ? [] : listHolders(image);
  if (holders.length > 0)
    return inconclusive(`the image took no discard, and ${holders.join(' and ')} may hold what the guest gave up`);
  const nodes = disk?.nodes ?? [];
  const isSound = nodes.length > 0 && findIgnoringNode(nodes) === null;
  const arrived =
    isSome(trim.hops.passedBytes) ||
    isSome(passedEverBytes) ||
    past.passedBefore ||
    isSound ||
    domain?.source === 'loop-devices';
  if (!arrived) return inconclusive('nobody could see whether the discards reached the image');
  return nothing(`${image?.path} held no space for the blocks that were discarded: there was nothing to give back.`);
}

/** What could hold clusters, where it cannot be told whether any are held. */
function listHolders({ internalSnapshots, backingChain }: ImageState): string[] {
  return [
    ...(internalSnapshots > 0 ? [`${internalSnapshots} internal snapshot${internalSnapshots === 1 ? '' : 's'}`] : []),
    ...backingChain.slice(0, 1).map((path) => `the backing file ${path}`),
  ];
}

function firstFound(causes: readonly HostCause[], evidence: TrimmedDisk): Judgement | null {
  for (const cause of causes) {
    const found = cause.find(evidence);
    if (found !== null) return toJudgement(cause, found, cause.hop);
  }
  return null;
}

/** Of what this trim was to trim: another filesystem of the disk may have troubles of its own. */
function firstGuestLoss({ guestFindings, trim }: TrimmedDisk): Judgement | null {
  const mounts = trim.filesystems.map(({ mount }) => mount);
  const found = guestFindings.find(
    ({ cause, mount }) => cause.effect === 'lost' && mount !== null && mounts.includes(mount),
  );
  return found === undefined ? null : toJudgement(found.cause, found, found.cause.hop);
}

function toJudgement(cause: Cause, found: Found, hop: Hop): Judgement {
  const { sentence, evidence, fix } = found;
  return {
    verdict: VERDICTS[cause.effect],
    lostAt: cause.effect === 'lost' ? hop : null,
    cause: cause.id,
    sentence,
    evidence,
    fix: fix === null ? null : formatFix(fix),
    remedy: fix,
    needsPowerCycle: fix?.needsPowerCycle ?? null,
    page: pageOf(cause),
    reclaimedBetween: null,
  };
}

const VERDICTS = {
  lost: 'lost',
  held: 'held',
  stale: 'stale',
  unmeasurable: 'unmeasurable',
  inconclusive: 'inconclusive',
  note: 'inconclusive',
} as const;

const NOTHING = {
  ...{ lostAt: null, cause: null, evidence: [], fix: null, remedy: null },
  ...{ needsPowerCycle: null, page: null, reclaimedBetween: null },
} as const;

function nothing(sentence: string): Judgement {
  return { ...NOTHING, verdict: 'nothing-to-reclaim', sentence };
}

function inconclusive(why: string): Judgement {
  return { ...NOTHING, verdict: 'inconclusive', sentence: `What came back cannot be told: ${why}.` };
}

const stripStop = (sentence: string) => sentence.replace(/\.$/, '');
