import { formatBytes } from '@trimtab/protocol/shared';
import type { DiscardNode } from '../model/domain.ts';
import { findIgnoringNode, hostIgnoresDiscard } from './causes/host-ignores-discard.ts';
import type { TrimEvidence } from './evidence.ts';
import type { Judgement } from './judgement.ts';

/** Below this, a change of the allocation is the filesystems' own bookkeeping, on either side, and proves nothing. */
export const SIGNIFICANT_BYTES = 1024 * 1024;

/**
 * What one trim achieved on one disk. Each rule takes the case or leaves it to the next; the order goes from what was
 * seen to happen to what can only be concluded from nothing having happened.
 */
export function judge(evidence: TrimEvidence): Judgement {
  for (const rule of RULES) {
    const judgement = rule(evidence);
    if (judgement !== null) return judgement;
  }
  return inconclusive('the counters do not add up to any known case');
}

type Rule = (evidence: TrimEvidence) => Judgement | null;

const RULES: readonly Rule[] = [
  nothingWasTrimmed,
  notBracketed,
  spaceCameBack,
  hostIgnoredIt,
  cannotBeSeen,
  nothingHoldsStill,
  writingHidesIt,
  discardsVanished,
  nothingWasSent,
  clustersAreHeld,
  nothingWasThere,
];

function nothingWasTrimmed({ outcomes }: TrimEvidence): Judgement | null {
  if (outcomes.some(({ status }) => status === 'done')) return null;
  const [first] = outcomes;
  if (first === undefined || first.status === 'done')
    return inconclusive('the report names no filesystem on this disk');
  if (first.status === 'cancelled')
    return { ...NOTHING, verdict: 'cancelled', sentence: `The trim was cancelled: ${first.message}.` };
  // The guest's own hint stands beside its outcome; `fix` is the host's word, there to be copied.
  return { ...NOTHING, verdict: 'failed', sentence: `Nothing was trimmed: ${stripStop(first.message)}.` };
}

function notBracketed({ image, unmatched, unbracketed }: TrimEvidence): Judgement | null {
  if (image === null)
    return inconclusive(`no image was matched to this disk: ${unmatched ?? 'nothing is known of it'}`);
  return unbracketed === null ? null : inconclusive(unbracketed);
}

function spaceCameBack({ hops, image, writtenBytes }: TrimEvidence): Judgement | null {
  const { reclaimedBytes, trimmedBytes } = hops;
  if (reclaimedBytes === null || reclaimedBytes < SIGNIFICANT_BYTES) return null;
  const wrote = isSignificant(writtenBytes) ? `, though the guest wrote ${formatBytes(writtenBytes)} meanwhile` : '';
  const said = trimmedBytes === null ? '' : ` (the filesystem said ${formatBytes(trimmedBytes)})`;
  return {
    ...NOTHING,
    verdict: 'reclaimed',
    sentence: `The host got ${formatBytes(reclaimedBytes)} back from ${image}${said}${wrote}.`,
  };
}

/** Proven by the configuration, and not contradicted by QEMU's own count of what reached the file. */
function hostIgnoredIt(evidence: TrimEvidence): Judgement | null {
  const { hops, nodes } = evidence;
  if (findIgnoringNode(nodes) === null || hops.issuedBytes === 0 || isSome(hops.passedBytes)) return null;
  return hostIgnoresDiscard(evidence);
}

/** After what is proven without a look at the storage: that QEMU dropped the discards on their way there. */
function cannotBeSeen({ hops, image, unmeasured }: TrimEvidence): Judgement | null {
  if (unmeasured === null) return null;
  const arrived = isSome(hops.passedBytes) ? `${formatBytes(hops.passedBytes)} of discards reached ${image}. ` : '';
  const sentence = `${arrived}What came back cannot be measured here: ${unmeasured}.`;
  return { ...NOTHING, verdict: 'unmeasurable', sentence };
}

function nothingHoldsStill({ restless }: TrimEvidence): Judgement | null {
  return restless ? inconclusive('the image’s allocation did not hold still after the trim') : null;
}

function writingHidesIt({ hops, writtenBytes }: TrimEvidence): Judgement | null {
  if (!isSignificant(writtenBytes)) return null;
  const least = formatBytes(Math.max(0, hops.reclaimedBytes ?? 0));
  const most = formatBytes((hops.reclaimedBytes ?? 0) + (writtenBytes ?? 0));
  return inconclusive(
    `the guest wrote ${formatBytes(writtenBytes)} while it trimmed, so between ${least} and ${most} came back`,
  );
}

/** A raw file is asked to discard whatever the guest discards; a count of nothing means that it was dropped above it. */
function discardsVanished({ hops, format }: TrimEvidence): Judgement | null {
  if (format !== 'raw' || !isSome(hops.issuedBytes) || hops.passedBytes !== 0) return null;
  return {
    ...NOTHING,
    verdict: 'lost',
    lostAt: 'passed',
    sentence: `The host got nothing back: the guest discarded ${formatBytes(hops.issuedBytes)}, and none of it reached the image file.`,
    evidence: [{ fact: 'discard-bytes-ok of the file node, change', value: '0' }],
  };
}

/** Of no discards nothing can be learnt, least of all that the path is sound. */
function nothingWasSent({ hops, nodes }: TrimEvidence): Judgement | null {
  if (hops.issuedBytes !== 0) return null;
  if (isSome(hops.trimmedBytes)) {
    return inconclusive(
      `the filesystem trimmed ${formatBytes(hops.trimmedBytes)} and none of it left the guest: a layer above the disk kept it`,
    );
  }
  if (findIgnoringNode(nodes) !== null) {
    return inconclusive(
      'the filesystem had nothing new to discard, and the host would have ignored it (discard=ignore)',
    );
  }
  return { ...NOTHING, verdict: 'nothing-to-reclaim', sentence: 'The filesystem had nothing new to discard.' };
}

function clustersAreHeld({ hops, format, holders }: TrimEvidence): Judgement | null {
  if (format === 'raw' || !isSignificant(hops.passedBytes)) return null;
  const held =
    holders.length === 0 ? 'nothing is known to hold the clusters' : `held perhaps by ${holders.join(' and ')}`;
  return inconclusive(
    `${formatBytes(hops.passedBytes)} of discards reached the image and its allocation did not fall; ${held}`,
  );
}

/** Only a path that is known to be sound may end here: of an unknown one, silence proves nothing. */
function nothingWasThere({ hops, nodes, source, image }: TrimEvidence): Judgement | null {
  const arrived = isSome(hops.passedBytes) || isSound(nodes) || source === 'loop-devices';
  if (!arrived) return inconclusive('nobody could see whether the discards reached the image');
  return {
    ...NOTHING,
    verdict: 'nothing-to-reclaim',
    sentence: `${image} held no space for the blocks that were discarded: there was nothing to give back.`,
  };
}

const NOTHING = { lostAt: null, cause: null, evidence: [], fix: null } as const;

function inconclusive(why: string): Judgement {
  return { ...NOTHING, verdict: 'inconclusive', sentence: `What came back cannot be told: ${why}.` };
}

const isSound = (nodes: readonly DiscardNode[]) => nodes.length > 0 && findIgnoringNode(nodes) === null;
const isSome = (bytes: number | null) => bytes !== null && bytes > 0;
const isSignificant = (bytes: number | null) => bytes !== null && bytes >= SIGNIFICANT_BYTES;
const stripStop = (sentence: string) => sentence.replace(/\.$/, '');
