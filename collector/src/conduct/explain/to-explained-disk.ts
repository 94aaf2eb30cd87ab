import type { HostDisk } from '../../model/domain.ts';
import type { ExplainedDisk } from '../../model/explanation.ts';

export function toExplainedDisk({ disk, passedThrough }: { disk: HostDisk; passedThrough: boolean }): ExplainedDisk {
  const { id, image, format, nodes, serial, wwn, readOnly } = disk;
  return {
    name: id,
    image,
    format,
    nodes: nodes.map(({ node, role, discard }) => ({ node: node ?? role, discard })),
    serial,
    wwn,
    address: toAddress(disk),
    readOnly,
    passedThrough,
  };
}

function toAddress({ pciPath, scsiAddress }: HostDisk): string | null {
  const pci = pciPath === null ? [] : [`pci ${pciPath.join('/')}`];
  const scsi = scsiAddress === null ? [] : [`scsi ${scsiAddress.channel}:${scsiAddress.target}:${scsiAddress.lun}`];
  const parts = [...pci, ...scsi];
  return parts.length === 0 ? null : parts.join(', ');
}
