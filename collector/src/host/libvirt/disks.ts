import type { DiscardNode, HostDisk } from '../../model/domain.ts';
import type { SourceFinding } from '../../ports/host-source.ts';
import { findDiskController, toPciPath } from './controllers.ts';
import { type Place, toPlace, type Volume } from './disk-place.ts';
import { attribute, child, numberOf, textOf } from './elements.ts';
import type { XmlElement } from './xml.ts';

export interface LibvirtDisk {
  readonly disk: HostDisk;
  readonly volume: Volume | null;
}

/** The disks of a domain, without CD-ROMs and floppies. */
export function readDisks({ devices, guest }: { devices: XmlElement; guest: string }): {
  readonly disks: readonly LibvirtDisk[];
  readonly findings: readonly SourceFinding[];
} {
  const disks: LibvirtDisk[] = [];
  const findings: SourceFinding[] = [];
  for (const element of devices.children) {
    const kind = attribute(element, 'device') ?? 'disk';
    if (element.name !== 'disk' || (kind !== 'disk' && kind !== 'lun')) continue;
    const id =
      attribute(child(element, 'alias'), 'name') ?? attribute(child(element, 'target'), 'dev') ?? 'without a name';
    const place = kind === 'lun' ? PASSED_THROUGH : toPlace(element);
    if (place.kind === 'obstacle') {
      const sentence = `The disk ${place.obstacle}; it is left out.`;
      findings.push({ subject: `${guest}, disk ${id}`, sentence, hint: place.hint });
      continue;
    }
    disks.push({ disk: toHostDisk({ element, devices, id, place }), volume: place.volume });
  }
  return { disks, findings };
}

/** device='lun' is scsi-block: discards go to the device as SG_IO requests, past the nodes that count them. */
const PASSED_THROUGH: Place = {
  kind: 'obstacle',
  obstacle: 'hands its SCSI commands straight to the device, where QEMU counts none',
  hint: "Change device='lun' to device='disk' to have its discards counted.",
};

interface Given {
  readonly element: XmlElement;
  readonly devices: XmlElement;
  readonly id: string;
  readonly place: Extract<Place, { kind: 'image' }>;
}

function toHostDisk({ element, devices, id, place }: Given): HostDisk {
  const driver = child(element, 'driver');
  const controller = findDiskController({ disk: element, devices });
  const bus = toBus(attribute(child(element, 'target'), 'bus'), controller);
  const detectZeroes = attribute(driver, 'detect_zeroes');
  return {
    id,
    bus,
    image: place.image,
    storage: place.storage,
    format: attribute(driver, 'type'),
    readOnly: child(element, 'readonly') !== null,
    serial: textOf(child(element, 'serial')),
    wwn: toWwn(textOf(child(element, 'wwn'))),
    pciPath: toPciPath({ device: controller ?? element, devices }),
    scsiAddress: bus === 'virtio-scsi' || bus === 'scsi' ? toScsiAddress(element, controller) : null,
    kernelName: null,
    nodes: toNodes(attribute(driver, 'discard')),
    detectZeroes: detectZeroes === 'off' || detectZeroes === 'on' || detectZeroes === 'unmap' ? detectZeroes : null,
    discardGranularityBytes: numberOf(child(element, 'blockio'), 'discard_granularity'),
    withoutDiscard: null,
    discardNoUnref: false,
    setting: null,
    shareable: child(element, 'shareable') !== null,
  };
}

/** 16 hexadecimal digits in the XML; QEMU and everybody else write `0x` before them. */
function toWwn(text: string | null): string | null {
  return text === null ? null : `0x${text.toLowerCase()}`;
}

const BUSES: Readonly<Record<string, HostDisk['bus']>> = {
  virtio: 'virtio-blk',
  scsi: 'scsi',
  sata: 'sata',
  ide: 'ide',
  usb: 'usb',
  nvme: 'nvme',
};

function toBus(name: string | null, controller: XmlElement | null): HostDisk['bus'] {
  const bus = BUSES[name ?? ''] ?? 'unknown';
  return bus === 'scsi' && attribute(controller, 'model')?.startsWith('virtio') ? 'virtio-scsi' : bus;
}

/** qemuBuildDiskDeviceProps: the LSI controller knows targets only, which are libvirt's units; others have bus, target and LUN. */
function toScsiAddress(disk: XmlElement, controller: XmlElement | null): HostDisk['scsiAddress'] {
  const address = child(disk, 'address', { type: 'drive' });
  const [channel, target, unit] = [numberOf(address, 'bus'), numberOf(address, 'target'), numberOf(address, 'unit')];
  if (channel === null || target === null || unit === null) return null;
  const model = attribute(controller, 'model');
  if (model === 'lsilogic' || model === null) return { channel: 0, target: unit, lun: 0 };
  return { channel, target, lun: unit };
}

/** libvirt gives the storage node discard=unmap in any case, and the format node what the XML says (measured, libvirt 9.0). */
function toNodes(discard: string | null): readonly DiscardNode[] {
  return [
    { node: null, role: 'format', discard: discard === 'unmap' ? 'unmap' : 'ignore' },
    { node: null, role: 'file', discard: 'unmap' },
  ];
}
