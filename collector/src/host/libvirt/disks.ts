import { type DiscardNode, type HostDisk, USB_STORAGE } from '../../model/domain.ts';
import { toMachineWithoutDiscard } from '../../model/machine-age.ts';
import type { SourceFinding } from '../../ports/host-source.ts';
import { findDiskController, toPciPath } from './controllers.ts';
import { type Place, toPlace, type Volume } from './disk-place.ts';
import { attribute, child, numberOf, textOf } from './elements.ts';
import { readOverrides } from './overrides.ts';
import type { XmlElement } from './xml.ts';

export interface LibvirtDisk {
  readonly disk: HostDisk;
  readonly volume: Volume | null;
}

export interface ReadDisks {
  readonly disks: readonly LibvirtDisk[];
  /** Disks whose SCSI commands go past QEMU's counters; each has a finding too. */
  readonly passedThrough: readonly HostDisk[];
  readonly findings: readonly SourceFinding[];
}

/** The disks of a domain, without CD-ROMs and floppies. `key` is the domain's. */
export function readDisks({ domain, key, guest }: { domain: XmlElement; key: string; guest: string }): ReadDisks {
  const devices = child(domain, 'devices') ?? { name: 'devices', attributes: new Map(), children: [], text: '' };
  const disks: LibvirtDisk[] = [];
  const passedThrough: HostDisk[] = [];
  const findings: SourceFinding[] = [];
  for (const element of devices.children) {
    const kind = attribute(element, 'device') ?? 'disk';
    if (element.name !== 'disk' || (kind !== 'disk' && kind !== 'lun')) continue;
    const id =
      attribute(child(element, 'alias'), 'name') ?? attribute(child(element, 'target'), 'dev') ?? 'without a name';
    const place = toPlace(element);
    const obstacle = findObstacle({ element, kind, place });
    if (obstacle !== null)
      findings.push({
        subject: `${guest}, disk ${id}`,
        sentence: `The disk ${obstacle.obstacle}; it is left out.`,
        hint: obstacle.hint,
        leftOut: { domain: key, disk: id },
      });
    if (place.kind === 'obstacle' || (obstacle !== null && obstacle !== PASSED_THROUGH)) continue;
    const disk = toHostDisk({ element, domain, devices, id, place });
    if (obstacle === null) disks.push({ disk, volume: place.volume });
    else passedThrough.push(disk);
  }
  return { disks, passedThrough, findings };
}

interface Obstacle {
  readonly obstacle: string;
  readonly hint: string;
}

function findObstacle({ element, kind, place }: { element: XmlElement; kind: string; place: Place }): Obstacle | null {
  if (place.kind === 'obstacle') return place;
  if (child(element, 'transient') !== null && !/\.TRANSIENT(?:-|$)/.test(place.image)) return TRANSIENT;
  // On virtio it is virtio-blk with `scsi=on`, whose reads, writes and discards go through the nodes (libvirt 9.0).
  const bus = attribute(child(element, 'target'), 'bus');
  return kind === 'lun' && bus !== 'virtio' ? PASSED_THROUGH : null;
}

/** device='lun' on SCSI is scsi-block: discards go to the device as SG_IO requests, past the nodes that count them. */
const PASSED_THROUGH: Obstacle = {
  obstacle: 'hands its SCSI commands straight to the device, where QEMU counts none',
  hint: "Change device='lun' to device='disk' to have its discards counted.",
};

/** The running guest's XML names the overlay that libvirt made for it (`….TRANSIENT`). */
const TRANSIENT: Obstacle = {
  obstacle: 'is transient: what the guest writes is thrown away when it stops, and never reaches the image',
  hint: 'Remove <transient/> if the guest shall keep what it writes.',
};

interface Given {
  readonly element: XmlElement;
  readonly domain: XmlElement;
  readonly devices: XmlElement;
  readonly id: string;
  readonly place: Extract<Place, { kind: 'image' }>;
}

function toHostDisk({ element, domain, devices, id, place }: Given): HostDisk {
  const driver = child(element, 'driver');
  const controller = findDiskController({ disk: element, devices });
  const bus = toBus(attribute(child(element, 'target'), 'bus'), controller);
  const overrides = readOverrides(domain, attribute(child(element, 'alias'), 'name'));
  const machine = attribute(child(child(domain, 'os'), 'type'), 'machine');
  const discard = overrides.get('discard');
  const target = attribute(child(element, 'target'), 'dev');
  const granularity = Number(overrides.get('discard_granularity') ?? Number.NaN);
  return {
    id,
    bus,
    image: place.image,
    storage: isSlice(element) ? 'part' : place.storage,
    format: toFormat(element),
    readOnly: child(element, 'readonly') !== null,
    serial: textOf(child(element, 'serial')),
    wwn: toWwn(textOf(child(element, 'wwn'))),
    pciPath: toPciPath({ device: controller ?? element, devices }),
    scsiAddress: bus === 'virtio-scsi' || bus === 'scsi' ? toScsiAddress({ disk: element, controller }) : null,
    kernelName: null,
    nodes: attribute(element, 'type') === 'vhostuser' ? [] : toNodes(driver),
    detectZeroes: toDetectZeroes(driver),
    discardGranularityBytes: Number.isSafeInteger(granularity)
      ? granularity
      : numberOf(child(element, 'blockio'), 'discard_granularity'),
    withoutDiscard: findDiscardOff({ bus, discard, machine }),
    discardNoUnref: attribute(driver, 'discard_no_unref') === 'on',
    setting: null,
    atNextStart: null,
    shareable: child(element, 'shareable') !== null,
    ...(target === null ? {} : { target }),
  };
}

/** libvirt's USB disks are QEMU's usb-storage (qemuBuildDiskDeviceProps). */
function findDiscardOff({
  bus,
  discard,
  machine,
}: {
  bus: HostDisk['bus'];
  /** Of an override. */
  discard: string | undefined;
  machine: string | null;
}): string | null {
  if (bus === 'usb') return USB_STORAGE;
  if (bus !== 'virtio-blk') return null;
  return isOff(discard) ? `discard=${discard}` : toMachineWithoutDiscard(machine);
}

function isSlice(disk: XmlElement): boolean {
  return child(child(child(disk, 'source'), 'slices'), 'slice', { type: 'storage' }) !== null;
}

function isOff(value: string | undefined): boolean {
  return value === 'false' || value === 'off';
}

/**
 * QEMU opens LUKS on a raw image with a driver of its own; within qcow2 it is a part of qcow2, and librbd does it by
 * itself.
 */
function toFormat(disk: XmlElement): string | null {
  const format = attribute(child(disk, 'driver'), 'type');
  const encryption = child(child(disk, 'source'), 'encryption') ?? child(disk, 'encryption');
  const isLuks = attribute(encryption, 'format') === 'luks' && attribute(encryption, 'engine') !== 'librbd';
  return isLuks && (format === null || format === 'raw') ? 'luks' : format;
}

/** 16 hexadecimal digits in the XML, which may have `0x` before them; QEMU and everybody else write it. */
function toWwn(text: string | null): string | null {
  return text === null ? null : `0x${text.toLowerCase().replace(/^0x/, '')}`;
}

/**
 * Without discard='unmap', libvirt has QEMU write the zeroes (virDomainDiskGetDetectZeroesMode; measured, libvirt 9.0).
 */
function toDetectZeroes(driver: XmlElement | null): HostDisk['detectZeroes'] {
  const value = attribute(driver, 'detect_zeroes');
  if (value === 'unmap') return attribute(driver, 'discard') === 'unmap' ? 'unmap' : 'on';
  return value === 'off' || value === 'on' ? value : null;
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

/**
 * qemuBuildDiskDeviceProps: the LSI controller knows targets only, which are libvirt's units; others have bus, target
 * and LUN.
 */
function toScsiAddress({
  disk,
  controller,
}: {
  disk: XmlElement;
  controller: XmlElement | null;
}): HostDisk['scsiAddress'] {
  const address = child(disk, 'address', { type: 'drive' });
  const [channel, target, unit] = [numberOf(address, 'bus'), numberOf(address, 'target'), numberOf(address, 'unit')];
  if (channel === null || target === null || unit === null) return null;
  const model = attribute(controller, 'model');
  if (model === 'lsilogic' || model === null) return { channel: 0, target: unit, lun: 0 };
  return { channel, target, lun: unit };
}

/**
 * libvirt gives the storage node discard=unmap in any case, and the format node what the XML says; so too the filter
 * that `copy_on_read` puts on top (measured, libvirt 9.0).
 */
function toNodes(driver: XmlElement | null): readonly DiscardNode[] {
  const discard = attribute(driver, 'discard') === 'unmap' ? 'unmap' : 'ignore';
  const isCopied = attribute(driver, 'copy_on_read') === 'on';
  return [
    ...(isCopied ? [{ node: null, role: 'filter', discard } as const] : []),
    { node: null, role: 'format', discard },
    { node: null, role: 'file', discard: 'unmap' },
  ];
}
