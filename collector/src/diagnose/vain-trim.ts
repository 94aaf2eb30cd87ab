import type { ImageState } from '../model/image.ts';
import { isSignificant } from '../model/significant.ts';
import type { LastTrim } from './last-trim.ts';

/**
 * What the newest trim of a disk has sent to the host in vain: nothing came back, and no cause is known that could be
 * mended. Null where it did not, or nobody can say, such as where the guest wrote meanwhile or was started anew since.
 */
export function readVain({
  newest,
  image,
}: {
  newest: LastTrim | null;
  image: Pick<ImageState, 'path'> | null;
}): number | null {
  if (newest === null || !newest.isOfThisBoot || image === null || newest.disk.image !== image.path) return null;
  const { verdict, cause, hops, writtenBytes } = newest.disk;
  const sentBytes = hops.receivedBytes ?? hops.issuedBytes;
  const isVain = verdict === 'inconclusive' && cause === null && hops.reclaimedBytes !== null;
  if (!isVain || isSignificant(hops.reclaimedBytes) || isSignificant(writtenBytes)) return null;
  return isSignificant(sentBytes) ? sentBytes : null;
}
