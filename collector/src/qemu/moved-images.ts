import { quote } from '@trimtab/protocol/causes';
import type { Domain, HostDisk } from '../model/domain.ts';
import type { OpenedImage } from '../model/opened-image.ts';
import type { SourceFinding } from '../ports/host-source.ts';

/** Disks whose image is not what QEMU was started with: moved by a snapshot or a block job, replaced, or deleted. */
export function findMovedImages({
  domain,
  opened,
}: {
  domain: Domain;
  opened: ReadonlyMap<HostDisk, OpenedImage>;
}): readonly SourceFinding[] {
  return [...opened].flatMap(([disk, found]) => toFinding({ domain, disk, found }));
}

function toFinding({
  domain: { key, name },
  disk: { id, image },
  found,
}: {
  domain: Domain;
  disk: HostDisk;
  found: OpenedImage;
}): readonly SourceFinding[] {
  const subject = `${name}, disk ${id}`;
  if (found.kind === 'hidden')
    return [
      {
        subject,
        sentence: `QEMU was started with the image ${image}; ${found.why}.`,
        staleDisk: { domain: key, disk: id },
        hint: 'The monitor command `info block` names the image in use; a restart of the guest brings the two together.',
      },
    ];
  if (found.kind === 'here' || !found.isDeleted) return [];
  return [
    {
      subject,
      sentence: `The image ${image} was deleted while QEMU has it open: it is gone for good when QEMU ends.`,
      hint: `Stop writing in the guest, then copy it: cp --sparse=always ${found.at} ${quote(`${image}.rescued`)}`,
    },
  ];
}
