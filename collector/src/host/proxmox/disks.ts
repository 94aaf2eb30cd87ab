import type { DiscardNode, HostDisk } from '../../model/domain.ts';
import type { SourceFinding } from '../../ports/host-source.ts';
import { type GuestConfiguration, parseProperties } from './guest-configuration.ts';
import { placeVolume, type Storage, type VolumePlace } from './storage-configuration.ts';

/** Keys of the disks that the guest's system sees; `efidisk0`, `tpmstate0` and `unused0` are not among them. */
const DISK_KEY = /^(virtio|scsi|sata|ide)(\d{1,2})$/;

/** The disks of a guest's current configuration (qm.conf(5)). PCI addresses are chosen by Proxmox VE at the start: the running QEMU has them. */
export function readDisks({
  guest,
  vmid,
  configuration,
  storages,
}: {
  guest: string;
  vmid: string;
  configuration: GuestConfiguration;
  storages: ReadonlyMap<string, Storage>;
}): { readonly disks: readonly HostDisk[]; readonly findings: readonly SourceFinding[] } {
  const disks: HostDisk[] = [];
  const findings: SourceFinding[] = [];
  for (const [id, value] of configuration) {
    const [, kind, index] = DISK_KEY.exec(id) ?? [];
    if (kind === undefined) continue;
    const properties = parseProperties(value, 'file');
    const volume = properties.get('file') ?? '';
    if (properties.get('media') === 'cdrom' || volume === 'none' || volume === 'cdrom') continue;
    const place = toPlace(volume, storages);
    if (place === null) {
      const sentence = `Where its volume ${volume} is on this host is not known from /etc/pve/storage.cfg; it is left out.`;
      findings.push({ subject: `${guest}, disk ${id}`, sentence, hint: `pvesm path ${volume}; qm config ${vmid}` });
      continue;
    }
    disks.push(
      toHostDisk({
        id,
        value,
        kind,
        index: Number(index),
        properties,
        place,
        controller: configuration.get('scsihw') ?? 'lsi',
      }),
    );
  }
  return { disks, findings };
}

/** A volume of a storage, or a device or file of this host by its path. */
function toPlace(volume: string, storages: ReadonlyMap<string, Storage>): VolumePlace | null {
  if (!volume.startsWith('/')) return placeVolume(volume, storages);
  const format = /\.(qcow2|vmdk)$/.exec(volume)?.[1] ?? 'raw';
  return { image: volume, storage: volume.startsWith('/dev/') ? 'block' : 'file', format };
}

interface Given {
  readonly id: string;
  readonly value: string;
  readonly kind: string;
  readonly index: number;
  readonly properties: ReadonlyMap<string, string>;
  readonly place: VolumePlace;
  readonly controller: string;
}

function toHostDisk({ id, value, kind, index, properties, place, controller }: Given): HostDisk {
  const discard = isOn(properties.get('discard')) ? 'unmap' : 'ignore';
  return {
    id,
    bus: toBus(kind, controller),
    ...place,
    format: properties.get('format') ?? place.format,
    readOnly: isOn(properties.get('ro')),
    serial: toSerial(properties.get('serial')),
    wwn: properties.get('wwn') ?? null,
    pciPath: null,
    scsiAddress: kind === 'scsi' ? toScsiAddress(index, controller) : null,
    kernelName: null,
    nodes: NODES[discard],
    // PVE::QemuServer::Drive: on unless switched off, and unmap where discards are passed on.
    detectZeroes: properties.get('detect_zeroes') === '0' ? 'off' : discard === 'unmap' ? 'unmap' : 'on',
    discardGranularityBytes: null,
    withoutDiscard: null,
    discardNoUnref: false,
    setting: value,
    shareable: false,
  };
}

/** Proxmox VE tells both nodes the same; the command line of a running QEMU says which nodes it has. */
const NODES: Readonly<Record<DiscardNode['discard'], readonly DiscardNode[]>> = {
  unmap: [
    { node: null, role: 'format', discard: 'unmap' },
    { node: null, role: 'file', discard: 'unmap' },
  ],
  ignore: [
    { node: null, role: 'format', discard: 'ignore' },
    { node: null, role: 'file', discard: 'ignore' },
  ],
};

function toBus(kind: string, controller: string): HostDisk['bus'] {
  if (kind === 'virtio') return 'virtio-blk';
  if (kind === 'scsi') return controller.startsWith('virtio-scsi') ? 'virtio-scsi' : 'scsi';
  return kind === 'sata' ? 'sata' : 'ide';
}

/** An LSI controller takes seven targets; the others one target with a LUN for each disk (print_drivedevice_full). */
function toScsiAddress(index: number, controller: string): HostDisk['scsiAddress'] {
  if (controller.startsWith('lsi')) return { channel: 0, target: index % 7, lun: 0 };
  return controller.startsWith('virtio-scsi') ? { channel: 0, target: 0, lun: index } : null;
}

/** Written as in a URL. */
function toSerial(text: string | undefined): string | null {
  try {
    return text === undefined ? null : decodeURIComponent(text);
  } catch {
    return text ?? null;
  }
}

function isOn(value: string | undefined): boolean {
  return value === 'on' || value === '1' || value === 'yes' || value === 'true';
}
