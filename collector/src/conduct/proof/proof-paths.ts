import type { Disk } from '@trimtab/protocol';
import { type Candidate, matchDisks } from '../../correlate/match-disk.ts';
import { contradicts } from '../../correlate/match-keys.ts';
import type { DiskMatch } from '../../model/disk-path.ts';
import type { Domain } from '../../model/domain.ts';
import type { OpenCase, ProofOutcome, SizedDisk } from './open-case.ts';

export type SettleProof = (open: OpenCase) => Promise<ProofOutcome>;

/** Matches the disks of a guest, by keys first, and by reading what they leave open. */
export async function matchOrProve({
  guest,
  domain,
  disks,
  candidates,
  settleProof,
}: {
  guest: OpenCase['guest'];
  domain: Domain;
  disks: readonly Disk[];
  candidates: readonly Candidate[];
  settleProof: SettleProof;
}): Promise<DiskMatch[]> {
  const matches = matchDisks(disks, candidates);
  const unmatched = findOpen(matches, candidates);
  if (unmatched.length === 0 || domain.monitors.length === 0) return matches;
  const { proven, reasons } = await settleProof({ guest, domain, disks, unmatched });
  return matchDisks(disks, candidates, proven).map((match) => {
    const reason = reasons.get(match.disk.name);
    if (match.why === null || reason === undefined) return match;
    return { ...match, why: `${match.why}; and reading did not tell: ${reason}` };
  });
}

/**
 * Disks without an image, each with those images left over that it may be: of its size, and nothing that speaks against
 * it.
 */
function findOpen(matches: readonly DiskMatch[], candidates: readonly Candidate[]): OpenCase['unmatched'] {
  const taken = new Set(matches.map(({ hostDisk }) => hostDisk));
  const left = candidates.filter(({ hostDisk }) => !taken.has(hostDisk) && hostDisk.bus !== 'loop');
  return matches.flatMap(({ disk, hostDisk }) => {
    if (hostDisk !== null || disk.backingFile !== null || !isSized(disk)) return [];
    const fitting = left.filter(
      (candidate) =>
        (candidate.capacityBytes === null || candidate.capacityBytes === disk.sizeBytes) &&
        !contradicts(disk, candidate.hostDisk),
    );
    return fitting.length === 0 ? [] : [{ disk, candidates: fitting.map((candidate) => candidate.hostDisk) }];
  });
}

function isSized(disk: Disk): disk is SizedDisk {
  return disk.sizeBytes !== null;
}
