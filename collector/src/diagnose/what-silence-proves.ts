import { formatBytes } from '@trimtab/protocol/shared';
import type { ImageState } from '../model/image.ts';
import { isSignificant, isSome } from '../model/significant.ts';
import { findIgnoringNode } from './causes/ignoring-nodes.ts';
import { listTrimmed, type Withholding } from './causes/withheld.ts';
import type { TrimmedDisk } from './evidence.ts';
import { inconclusive, type Judgement, nothing } from './judgement.ts';
import { tellMemory } from './tell-memory.ts';

/**
 * Nothing arrived, and nobody tells whether anything was sent: what qemu-ga does not see, only an agent in the guest
 * can. Only where the image holds no more than the guest uses it does not matter.
 */
export function nobodySawItSent({ trim }: TrimmedDisk): Judgement | null {
  const { trimmedBytes, issuedBytes, receivedBytes, passedBytes } = trim.hops;
  const hasArrived = isSome(passedBytes) || isSome(receivedBytes);
  const isUntold = trim.filesystems.some(({ outcome }) => outcome.status === 'done' && outcome.trimmedBytes === null);
  const isCounted = receivedBytes !== null || passedBytes !== null;
  if (issuedBytes !== null || hasArrived || trim.holdsMore === false || trimmedBytes === 0) return null;
  if (!isUntold && !(isCounted && trim.sentBytes === null)) return null;
  const said = isUntold
    ? 'who trimmed does not tell what the filesystems gave up'
    : `the filesystems say that they trimmed ${formatBytes(trimmedBytes)}`;
  const seen = isCounted ? 'nothing of it reached the image' : 'nobody counted what reached the image';
  return inconclusive(`${said}, and ${seen}; an agent in the guest tells what leaves it`);
}

/** A trim that sent no discards proves nothing, least of all that discards would have passed. */
export function nothingWasSent(evidence: TrimmedDisk): Judgement | null {
  const { trim, disk } = evidence;
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
      'the filesystem had nothing new to discard, and the host would have ignored it (discard=ignore): mend that first, as trimtab doctor tells',
    );
  const memory = tellMemory(evidence);
  if (trim.holdsMore === true)
    return inconclusive(
      ['the filesystem had nothing new to discard, and the image holds far more than the guest uses', ...memory].join(
        '; ',
      ),
    );
  const unknown = listTrimmed(evidence).filter(({ habits }) => habits === null || !habits.isBoundByStatfs);
  if (trim.holdsMore === null && unknown.length > 0)
    return inconclusive(
      [`nothing was sent, and what statfs says of ${listKinds(unknown)} bounds nothing`, ...memory].join('; '),
    );
  return nothing('The filesystem had nothing new to discard.');
}

function listKinds(filesystems: readonly Withholding[]): string {
  return [...new Set(filesystems.map(({ filesystem }) => filesystem.kind))].join(' and ');
}

/** Discards arrived, the allocation did not fall, and nothing is known that holds the space. */
export function passedAndStayed(evidence: TrimmedDisk): Judgement | null {
  const { trim, image, tables } = evidence;
  const unread = tables?.kind === 'not-counted' ? ` (${tables.why})` : '';
  if (trim.holdsMore === true)
    return inconclusive(
      [
        `the image holds far more than the guest uses, and nothing is known to hold it${unread}`,
        ...tellMemory(evidence),
      ].join('; '),
    );
  if (image?.format === 'raw' || trim.holdsMore === false || !isSignificant(trim.hops.passedBytes)) return null;
  return inconclusive(
    `${formatBytes(trim.hops.passedBytes)} of discards reached the image and its allocation did not fall; nothing is known to hold the clusters${unread}`,
  );
}

/**
 * There was nothing to reclaim: only where discards are known to pass, for elsewhere the same silence can mean that
 * they were lost.
 */
export function nothingWasThere({ trim, disk, domain, image, passedEverBytes, past }: TrimmedDisk): Judgement | null {
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

/** Everything that could hold clusters, where nobody can tell whether it does. */
function listHolders({ internalSnapshots, backingChain }: ImageState): string[] {
  return [
    ...(internalSnapshots > 0 ? [`${internalSnapshots} internal snapshot${internalSnapshots === 1 ? '' : 's'}`] : []),
    ...backingChain.slice(0, 1).map((path) => `the backing file ${path}`),
  ];
}
