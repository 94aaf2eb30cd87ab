import { isSignificant, isSome } from '../model/significant.ts';
import { isConclusive } from '../model/trim-result.ts';
import type { DiskSummary, PastTrim } from '../model/trim-summary.ts';

/** Of a guest, the newest; older ones say nothing of its path today. A trim and the doctor must see the same. */
export const TRIMS_READ = 50;

/**
 * What earlier trims of a disk say of the next one. Only those since its guest was started count: filesystems then
 * forget what they keep in memory, and QEMU its nodes.
 */
export interface PastTrims {
  /**
   * One of them reclaimed, and QEMU counted what passed: no node of this QEMU ignores discards, whatever it was started
   * with.
   */
  readonly passedBefore: boolean;
  /**
   * One was lost, in the guest or on the host, and none since has sent as much or brought anything back: the host may
   * still hold what a filesystem took for trimmed then.
   */
  readonly lostBefore: boolean;
  /** The last conclusive one discarded everything again, and nothing came back. */
  readonly curedInVain: boolean;
}

/**
 * From the stored trims of a guest, the newest first. Those of another boot, or of another image behind the disk, are
 * left out.
 */
export function readPast(
  trims: readonly PastTrim[],
  { device, image, bootId }: { device: string; image: string | null; bootId: string | null },
): PastTrims {
  const own = trims
    .filter((trim) => bootId !== null && trim.bootId === bootId)
    .flatMap((trim) => trim.disks.map((disk) => ({ disk, wasAgain: isAgain(trim, device) })))
    .filter(({ disk }) => disk.device === device && disk.image !== null && disk.image === image);
  const lostBytes = Math.max(...own.map(({ disk }) => (isLostOnTheWay(disk) ? (disk.hops.trimmedBytes ?? 0) : 0)));
  const telling = own.find(
    ({ disk, wasAgain }) =>
      isLostOnTheWay(disk) || isBack(disk) || (wasAgain && isVain(disk)) || hasSentAll(disk, lostBytes),
  );
  return {
    passedBefore: own.some(({ disk }) => isBack(disk) && isSome(disk.hops.passedBytes)),
    lostBefore: telling !== undefined && isLostOnTheWay(telling.disk),
    curedInVain: telling?.wasAgain === true && isVain(telling.disk),
  };
}

const isBack = ({ verdict }: DiskSummary) => verdict === 'reclaimed';

/**
 * After FITRIM returned something: ext4 counts as trimmed also what the layer below it refused with EOPNOTSUPP
 * (fs/ext4/mballoc.c, ext4_try_to_trim_range). One that fstrim was refused flags nothing.
 */
function isLostOnTheWay({ verdict, lostAt, hops }: DiskSummary): boolean {
  if (verdict !== 'lost') return false;
  if (lostAt === 'issued') return isSome(hops.trimmedBytes);
  return lostAt === 'received' || lostAt === 'passed' || lostAt === 'reclaimed';
}

/** It sent nearly all that was lost: the filesystem has been mounted anew since, or keeps nothing in mind. */
function hasSentAll({ verdict, hops }: DiskSummary, lostBytes: number): boolean {
  return isConclusive(verdict) && isSome(hops.trimmedBytes) && hops.trimmedBytes >= lostBytes * MOST;
}

/** A filesystem sends a little more or less each time. */
const MOST = 0.75;

/** It ran to its end, and nobody wrote over what it did: one that was called off says nothing. */
function isVain({ verdict, writtenBytes }: DiskSummary): boolean {
  return (
    verdict === 'held' ||
    verdict === 'nothing-to-reclaim' ||
    (verdict === 'inconclusive' && !isSignificant(writtenBytes))
  );
}

function isAgain({ filesystems }: PastTrim, device: string): boolean {
  const here = filesystems.filter(({ disks }) => disks.includes(device));
  return here.some(({ again, outcome }) => again && outcome.status === 'done');
}
