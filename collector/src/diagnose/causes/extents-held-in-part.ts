import { quote } from '@trimtab/protocol/causes';
import { formatBytes } from '@trimtab/protocol/shared';
import { isSignificant } from '../../model/significant.ts';
import type { HostCause } from '../host-cause.ts';

/** Bookend extents: what st_blocks no longer counts, and the filesystem still has. */
export const extentsHeldInPart: HostCause = {
  id: 'extents-held-in-part',
  hop: 'regained',
  effect: 'held',
  title: 'The image fell and its pool got nothing: btrfs keeps an extent until its last part is given up.',
  why: 'btrfs stores a file in extents of up to 128 MiB and changes none of them: a hole punched into one leaves the rest of it in use, and the whole extent on the disk. The file’s allocation counts only what is left in use. An image that was copied in as one piece has large extents. `nodatacow` changes nothing about it, and `btrfs filesystem defragment` gave nothing back when it was tried.',
  signal:
    'After its commit the pool regained less than half of what the image fell by, and btrfs, asked whose the extents are beside the pieces that the image still has, names the image itself (`btrfs inspect-internal logical-resolve -o`).',
  cure: 'Copy the image anew, with the guest powered off: the copy has new extents without the parts. To keep it from happening again, keep images on xfs or ext4.',
  find: ({ image, pool, trim }) => {
    if (image?.kind !== 'file' || pool?.kind !== 'btrfs' || trim === null) return null;
    const { hops, heldParts } = trim;
    const { reclaimedBytes, regainedBytes } = hops;
    if (!isSignificant(reclaimedBytes) || regainedBytes === null || regainedBytes >= reclaimedBytes / 2) return null;
    if (heldParts === null || heldParts.held === 0) return null;
    // What fell was stored compressed: then the pool held less of it in the first place.
    if ((trim.unencodedBytes ?? 0) > reclaimedBytes / 2) return null;
    // Of a qcow2 image with a data file, that has the extents.
    const { path, dataFile: file = path } = image;
    const copy = `${file}.whole`;
    return {
      sentence: `${file} fell by ${formatBytes(reclaimedBytes)}, and ${image.pool} regained ${formatBytes(Math.max(0, regainedBytes))} of it: btrfs keeps an extent until its last part is given up.`,
      evidence: [
        { fact: 'fall of the image’s allocation, bytes', value: String(reclaimedBytes) },
        { fact: 'rise of the pool’s free space after its commit, bytes', value: String(regainedBytes) },
        {
          fact: 'addresses beside the image’s pieces that are in extents of its own',
          value: `${heldParts.held} of ${heldParts.asked} asked`,
        },
      ],
      fix: {
        on: 'host',
        first: 'Power the guest off. The pool must have room for the copy.',
        // In one line: of two that are pasted, the second would put half a copy in the image’s place. The context of
        // SELinux cannot be asked for on every host, and libvirt labels the image anew at its start.
        commands: [
          `cp --reflink=never --sparse=always --preserve=mode,ownership ${quote(file)} ${quote(copy)} && mv ${quote(copy)} ${quote(file)}`,
        ],
        note: null,
        needsPowerCycle: true,
      },
    };
  },
};
