import type { Finding } from '../model/domain.ts';
import { type HostDevice, toHostDeviceFinding } from '../model/host-device.ts';
import type { HostFiles } from '../ports/host-files.ts';

/**
 * The devices of the host among these that hold disks, by their class in /sys: a graphics card that a guest has is no
 * news. One that /sys does not know may be a disk.
 */
export async function findHandedOverDisks({
  files,
  guest,
  devices,
}: {
  files: HostFiles;
  guest: string;
  devices: readonly HostDevice[];
}): Promise<readonly Finding[]> {
  const findings = await Promise.all(
    devices.map(async (device) => {
      const isStorage = device.kind === 'pci' ? await isPciStorage(files, device) : await isUsbStorage(files, device);
      return isStorage === false ? [] : [toHostDeviceFinding({ guest, device, isStorage })];
    }),
  );
  return findings.flat();
}

/** PCI's class 01: mass storage, NVMe among it. Null where it is not told. */
async function isPciStorage(files: HostFiles, { address }: HostDevice): Promise<boolean | null> {
  const text = await files.readText(`/sys/bus/pci/devices/${address}/class`);
  return text === null ? null : text.startsWith('0x01');
}

const USB = '/sys/bus/usb/devices';
/** USB's class of interfaces that hold disks. */
const USB_STORAGE = '08';

async function isUsbStorage(files: HostFiles, { address }: HostDevice): Promise<boolean | null> {
  const entries = await files.list(USB);
  const read = async (path: string) => (await files.readText(`${USB}/${path}`))?.trim() ?? '';
  for (const entry of entries.filter((name) => !name.includes(':'))) {
    const [vendor, product, bus, number] = await Promise.all(
      ['idVendor', 'idProduct', 'busnum', 'devnum'].map((attribute) => read(`${entry}/${attribute}`)),
    );
    if (![entry, `${vendor}:${product}`, `bus ${bus} device ${number}`].includes(address)) continue;
    const interfaces = entries.filter((name) => name.startsWith(`${entry}:`));
    const classes = await Promise.all(interfaces.map((name) => read(`${name}/bInterfaceClass`)));
    return classes.includes(USB_STORAGE);
  }
  return null;
}
