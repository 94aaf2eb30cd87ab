import * as v from 'valibot';
import type { QmpCommand } from '../../ports/qmp.ts';
import { blocksSchema, childrenSchema } from './answers.ts';

const FOLDERS = ['/machine/peripheral', '/machine/peripheral-anon', '/machine/unattached'] as const;

/**
 * Asked first, of any QEMU: its disks, its PCI buses, and what kind of device each is (`-device id=`, without an id,
 * built in).
 */
export const FIRST_QUESTIONS: readonly QmpCommand[] = [
  { execute: 'query-block' },
  { execute: 'query-pci' },
  ...FOLDERS.map((path) => ({ execute: 'qom-list', arguments: { path } })),
];

/** The object path of a device and its type: `/machine/peripheral/disk0` → `virtio-blk-pci`. */
export type DeviceTypes = ReadonlyMap<string, string>;

export function readDeviceTypes(first: readonly unknown[]): DeviceTypes {
  const types = new Map<string, string>();
  for (const [index, folder] of FOLDERS.entries()) {
    for (const { name, type } of v.parse(childrenSchema, first[2 + index])) {
      const child = /^child<(.+)>$/.exec(type)?.[1];
      if (child !== undefined) types.set(`${folder}/${name}`, child);
    }
  }
  return types;
}

/**
 * `qdev` is the device's id, or the path of its object; the back end of a virtio device belongs to the object above.
 */
export function toDevicePath(qdev: string): string {
  return (qdev.startsWith('/') ? qdev : `/machine/peripheral/${qdev}`).replace(/\/virtio-backend$/, '');
}

/** Disk devices by what identifies them; all others (CD-ROMs, passed-through SCSI, floppies) are left out. */
export const DISK_TYPES = {
  pci: /^(?:virtio-blk-pci(?:-|$)|nvme$)/,
  scsi: /^scsi-(?:hd|disk)$/,
  ide: /^ide-(?:hd|drive)$/,
  other: /^(?:virtio-blk-(?:device|ccw)|nvme-ns|usb-storage)$/,
} as const;

/** Controllers that may have no id, and then are not to be found in `query-pci`. */
const CONTROLLERS =
  /^(?:virtio-scsi-pci(?:-|$)|(?:ich9-)?ahci$|piix[34]-ide|lsi53c|mptsas|megasas|pvscsi|am53c974|dc390|nvme$)/;

/** What to ask once the first answers are known: where each disk hangs, and where the controllers without an id sit. */
export function askFurther(first: readonly unknown[]): readonly QmpCommand[] {
  const types = readDeviceTypes(first);
  const disks = v.parse(blocksSchema, first[0]).flatMap(({ qdev, inserted }) => {
    if (qdev === undefined || inserted === undefined) return [];
    const path = toDevicePath(qdev);
    return propertiesOf(types.get(path)).map((property) => ({ path, property }));
  });
  const controllers = [...types].flatMap(([path, type]) =>
    path.startsWith('/machine/peripheral/') || !CONTROLLERS.test(type)
      ? []
      : ['addr', 'parent_bus'].map((property) => ({ path, property })),
  );
  const wanted = new Map([...disks, ...controllers].map((get) => [`${get.path} ${get.property}`, get]));
  return [...wanted.values()].map((get) => ({ execute: 'qom-get', arguments: get }));
}

/** `wwn` is left out: it is a 64-bit number, and JSON's numbers lose its last digits. */
function propertiesOf(type: string | undefined): readonly string[] {
  if (type === undefined) return [];
  if (DISK_TYPES.pci.test(type)) return ['parent_bus', 'addr', 'serial'];
  if (DISK_TYPES.scsi.test(type)) return ['parent_bus', 'channel', 'scsi-id', 'lun', 'serial'];
  if (DISK_TYPES.ide.test(type)) return ['parent_bus', 'serial'];
  return [];
}
