import { quote } from '@trimtab/protocol/causes';
import { formatBytes } from '@trimtab/protocol/shared';
import type { TrimmedDisk } from './evidence.ts';
import { inconclusive, type Judgement, nothing } from './judgement.ts';

/**
 * A loop device of a guest holds nothing on the host by itself: what its filesystem gave up is free space of the
 * filesystem that holds its file, and comes back when that one is trimmed after it.
 */
export function isFileOfTheGuest({ guestFile, device, guest, trim }: TrimmedDisk): Judgement | null {
  if (guestFile === null) return null;
  const { path, mount, disks } = guestFile;
  const evidence = [{ fact: `backing file of ${device}`, value: path }];
  if (mount === null)
    return {
      ...nothing(
        `${device} is a file of this guest, ${path}: what it gave up is free in there, and nothing of the host’s.`,
      ),
      evidence,
    };
  if (trim.isHolderTrimmed)
    return {
      ...nothing(
        `${device} is a file on ${mount} of this guest, which was trimmed after it: judged with ${disks.join(' and ')}.`,
      ),
      evidence,
    };
  const next = `trimtab trim ${quote(guest)} ${quote(mount)}`;
  return {
    ...nothing(
      `${device} is a file on ${mount} of this guest: what it gave up is free space there. Trim that next: ${next}`,
    ),
    evidence,
  };
}

/** Where the guest trimmed a filesystem before one in a file of it, what that gave up came too late to be sent. */
export function freedAfterwards({ trim }: TrimmedDisk): Judgement | null {
  const [inner] = trim.insideLater;
  if (inner === undefined) return null;
  return inconclusive(
    `${inner.mount}, in a file on this disk, gave up ${formatBytes(inner.trimmedBytes)} in it only afterwards: trim once more`,
  );
}
