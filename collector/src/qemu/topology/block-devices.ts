import * as v from 'valibot';
import type { HostDisk } from '../../model/domain.ts';
import type { QmpCommand } from '../../ports/qmp.ts';
import { type Blocks, blocksSchema, pciBusesSchema } from './answers.ts';
import { formatPlace, readPciPaths } from './pci-paths.ts';
import { type DeviceTypes, DISK_TYPES, readDeviceTypes, toDevicePath } from './questions.ts';
import { readImage } from './running-image.ts';

/** A disk as the running QEMU has it; null for what it did not tell. */
export interface BlockDevice {
  /** As `HostDisk.id`: the device's id, or the path of its object where it has none. */
  readonly id: string;
  /** Name of the drive (`-drive id=`) and of the top node now, by which a disk without a device id may be known. */
  readonly drive: string;
  readonly topNode: string | null;
  readonly bus: HostDisk['bus'];
  readonly image: string | null;
  readonly format: string | null;
  readonly readOnly: boolean;
  readonly detectZeroes: HostDisk['detectZeroes'];
  readonly serial: string | null;
  readonly pciPath: readonly string[] | null;
  readonly scsiAddress: HostDisk['scsiAddress'];
}

export interface TopologyAnswers {
  readonly first: readonly unknown[];
  readonly further: { readonly asked: readonly QmpCommand[]; readonly answers: readonly unknown[] };
}

/**
 * Every disk of the guest that QEMU has now, CD-ROMs and empty drives left out. Throws a ValiError for an answer of
 * another shape.
 */
export function readBlockDevices({ first, further }: TopologyAnswers): readonly BlockDevice[] {
  const types = readDeviceTypes(first);
  const pciPaths = readPciPaths(v.parse(pciBusesSchema, first[1]));
  const properties = new Map(
    further.asked.map(({ arguments: get }, index) => [`${get?.path} ${get?.property}`, further.answers[index]]),
  );
  return v.parse(blocksSchema, first[0]).flatMap((block) => toDevice(block, { types, pciPaths, properties }));
}

interface Known {
  readonly types: DeviceTypes;
  readonly pciPaths: ReadonlyMap<string, readonly string[]>;
  /** By object path and property. */
  readonly properties: ReadonlyMap<string, unknown>;
}

function toDevice({ device, qdev, inserted }: Blocks[number], known: Known): readonly BlockDevice[] {
  if (qdev === undefined || inserted === undefined) return [];
  const path = toDevicePath(qdev);
  const type = known.types.get(path) ?? '';
  const controller = ownerOf(known.properties.get(`${path} parent_bus`));
  const bus = toBus({ type, controllerType: known.types.get(controller ?? '') ?? '' });
  if (bus === null) return [];
  const isOnController = DISK_TYPES.scsi.test(type) || DISK_TYPES.ide.test(type);
  const serial = known.properties.get(`${path} serial`);
  return [
    {
      id: path.startsWith('/machine/peripheral/') ? path.slice('/machine/peripheral/'.length) : qdev,
      drive: device,
      topNode: inserted['node-name'] ?? null,
      bus,
      ...readImage(inserted),
      readOnly: inserted.ro,
      detectZeroes: inserted.detect_zeroes ?? null,
      serial: typeof serial === 'string' && serial !== '' ? serial : null,
      pciPath: pathOf(isOnController ? controller : path, known),
      scsiAddress: DISK_TYPES.scsi.test(type) ? toScsiAddress(path, known) : null,
    },
  ];
}

function toBus({ type, controllerType }: { type: string; controllerType: string }): HostDisk['bus'] | null {
  if (type.startsWith('virtio-blk')) return 'virtio-blk';
  if (type.startsWith('nvme')) return 'nvme';
  if (type === 'usb-storage') return 'usb';
  if (DISK_TYPES.ide.test(type)) return controllerType.includes('ahci') ? 'sata' : 'ide';
  if (!DISK_TYPES.scsi.test(type)) return null;
  if (controllerType.startsWith('virtio-scsi')) return 'virtio-scsi';
  return controllerType.startsWith('usb-') ? 'usb' : 'scsi';
}

/**
 * The device whose bus this is: `/machine/peripheral/scsi0/virtio-backend/scsi0.0` is a bus of
 * `/machine/peripheral/scsi0`.
 */
function ownerOf(bus: unknown): string | null {
  return typeof bus === 'string' ? bus.replace(/\/[^/]+$/, '').replace(/\/virtio-backend$/, '') : null;
}

/**
 * A device with an id is in `query-pci`; another one is found by its own `addr`, below the bridge that owns its bus.
 */
function pathOf(path: string | null, { pciPaths, properties }: Known): readonly string[] | null {
  if (path === null) return null;
  const listed = pciPaths.get(path.replace('/machine/peripheral/', ''));
  if (listed !== undefined) return listed;
  const devfn = properties.get(`${path} addr`);
  const bus = properties.get(`${path} parent_bus`);
  if (typeof devfn !== 'number' || devfn < 0 || devfn > 0xff || typeof bus !== 'string') return null;
  const above = ROOT_BUS.test(bus) ? [] : pciPaths.get((ownerOf(bus) ?? '').replace('/machine/peripheral/', ''));
  return above === undefined ? null : [...above, formatPlace({ slot: devfn >> 3, fn: devfn & 7 })];
}

/** The first root bus of pc, q35 and the other machines with PCI; `pxb` buses have other names. */
const ROOT_BUS = /^\/machine\/(?!peripheral)(?:[^/]+\/){1,2}(?:pci|pcie)\.0$/;

function toScsiAddress(path: string, { properties }: Known): HostDisk['scsiAddress'] {
  const [channel, target, lun] = ['channel', 'scsi-id', 'lun'].map((name) => properties.get(`${path} ${name}`));
  if (typeof channel !== 'number' || typeof target !== 'number' || typeof lun !== 'number') return null;
  return { channel, target, lun };
}
