import type { Disk } from '@trimtab/protocol';
import type { DiskMatch, MatchKey } from '../model/disk-path.ts';
import type { HostDisk } from '../model/domain.ts';
import { contradicts, IDENTITY_KEYS } from './match-keys.ts';
import { explainUnmatched } from './match-reasons.ts';

/** A disk of the hypervisor with the capacity of its image; null when that could not be read. */
export interface Candidate {
  readonly hostDisk: HostDisk;
  readonly capacityBytes: number | null;
}

/** Pairs that were proven by reading: the guest's disk name → the host's id of the disk. */
export type Proven = ReadonlyMap<string, string>;

interface Pair {
  readonly candidate: Candidate;
  readonly matchedBy: MatchKey;
}

/**
 * Finds the image behind each disk of a guest. Keys decide in their order, for all disks before the next key is asked:
 * what a stronger key has paired, a weaker one cannot pair again. A key that two disks share, on either side, decides
 * nothing. Two disks whose size, serial or WWN differ are never a pair. The guest's names for its disks are not used:
 * their order may change at each boot.
 */
export function matchDisks(
  disks: readonly Disk[],
  candidates: readonly Candidate[],
  proven: Proven = new Map(),
): DiskMatch[] {
  const pairs = new Map<Disk, Pair>();
  for (const { key, agrees } of IDENTITY_KEYS) {
    const isPair = (disk: Disk, candidate: Candidate) =>
      isPossible(disk, candidate) && agrees(disk, candidate.hostDisk);
    addPairs({ disks, candidates, pairs, key, isPair });
  }
  const isProven = (disk: Disk, candidate: Candidate) =>
    isPossible(disk, candidate) && proven.get(disk.name) === candidate.hostDisk.id;
  addPairs({ disks, candidates, pairs, key: 'behaviour', isPair: isProven });
  if (candidates.every(({ capacityBytes }) => capacityBytes !== null)) {
    // A loop device of this host is known by its name: where that leads to no image, another of its size is another's.
    const isSameSize = (disk: Disk, { capacityBytes, hostDisk }: Candidate) =>
      hostDisk.bus !== 'loop' && capacityBytes === disk.sizeBytes;
    addPairs({ disks, candidates, pairs, key: 'only-one-of-its-size', isPair: isSameSize });
  }
  return disks.map((disk) => {
    const pair = pairs.get(disk);
    if (pair !== undefined) return { disk, hostDisk: pair.candidate.hostDisk, matchedBy: pair.matchedBy, why: null };
    return { disk, hostDisk: null, matchedBy: null, why: explainUnmatched({ disk, disks, candidates, pairs }) };
  });
}

interface Round {
  readonly disks: readonly Disk[];
  readonly candidates: readonly Candidate[];
  readonly pairs: Map<Disk, Pair>;
  readonly key: MatchKey;
  readonly isPair: (disk: Disk, candidate: Candidate) => boolean;
}

/**
 * Pairs in which each fits no other. Disks that are already paired count as well: a key that one of them has too proves
 * nothing for others.
 */
function addPairs({ disks, candidates, pairs, key, isPair }: Round): void {
  const taken = new Set([...pairs.values()].map(({ candidate }) => candidate));
  for (const disk of disks) {
    if (pairs.has(disk)) continue;
    const [only, ...others] = candidates.filter((candidate) => isPair(disk, candidate));
    if (only === undefined || others.length > 0 || taken.has(only) || contradicts(disk, only.hostDisk)) continue;
    if (disks.some((other) => other !== disk && isPair(other, only))) continue;
    pairs.set(disk, { candidate: only, matchedBy: key });
  }
}

function isPossible(disk: Disk, { hostDisk, capacityBytes }: Candidate): boolean {
  return isOfSize(disk, capacityBytes) && !contradicts(disk, hostDisk);
}

/** Of two sizes that are not both known nothing follows. */
function isOfSize({ sizeBytes }: Disk, capacityBytes: number | null): boolean {
  return sizeBytes === null || capacityBytes === null || capacityBytes === sizeBytes;
}
