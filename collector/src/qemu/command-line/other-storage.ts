import type { HostDevice } from '../../model/host-device.ts';
import { type KeyValues, parseKeyValues } from './key-values.ts';
import type { QemuOption } from './options.ts';

/** What a device without `drive=` may hold of the guest's. */
export type OtherStorage =
  /** A whole disk that another process serves over a socket. */
  | { readonly kind: 'served'; readonly socket: string | null }
  /** A device of the host that the guest has as it is: a disk, or a graphics card. */
  | { readonly kind: 'host-device'; readonly device: HostDevice }
  /** What holds disks that are not known here, as sentence and hint. */
  | { readonly kind: 'out-of-sight'; readonly sentence: string; readonly hint: string };

/** Null for a device that holds nothing of the kind. */
export function findOtherStorage(device: KeyValues, options: readonly QemuOption[]): OtherStorage | null {
  const driver = device.get('driver') ?? '';
  if (driver.startsWith('vhost-user-blk'))
    return {
      kind: 'served',
      socket: findById({ options, option: 'chardev', id: device.get('chardev') })?.get('path') ?? null,
    };
  if (driver.startsWith('vhost-user-scsi')) {
    const socket = findById({ options, option: 'chardev', id: device.get('chardev') })?.get('path') ?? 'a socket';
    return outOfSight({
      sentence: `Its SCSI disks are served by another process over ${socket}: QEMU neither stores nor counts; they are left out.`,
      hint: `ss -xlp | grep ${socket}`,
    });
  }
  if (driver.startsWith('vhost-scsi'))
    return outOfSight({
      sentence: `The SCSI disks of ${device.get('wwpn') ?? 'a vhost target'} are served by the kernel of the host (vhost-scsi): QEMU neither stores nor counts; they are left out.`,
      hint: 'targetcli ls',
    });
  if (/^(?:vfio-user-pci|vhost-vdpa-device)/.test(driver))
    return outOfSight({
      sentence: `The device ${driver} is another process or a piece of hardware; if it is a disk, it is left out.`,
      hint: 'Attach it as virtio-blk-pci on an image to have its discards counted.',
    });
  if (/^(?:nvdimm|virtio-pmem)/.test(driver)) return toMemory(driver, device, options);
  if (/^vfio-pci/.test(driver)) return toPciDevice(device);
  if (driver === 'usb-host') return toUsbDevice(device);
  return null;
}

function toMemory(driver: string, device: KeyValues, options: readonly QemuOption[]): OtherStorage {
  const path = findById({ options, option: 'object', id: device.get('memdev') })?.get('mem-path') ?? 'a file';
  return outOfSight({
    sentence: `${path} is memory of the guest (${driver}), a disk /dev/pmem there, which takes no discards; it is left out.`,
    hint: 'Attach it as virtio-blk-pci to have its space back.',
  });
}

/** A mediated device (`sysfsdev=` below an UUID) is a share of a graphics card or the like. */
function toPciDevice(device: KeyValues): OtherStorage | null {
  const address = device.get('host') ?? device.get('sysfsdev')?.split('/').at(-1) ?? '';
  if (!/^(?:[0-9a-f]{4}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/i.test(address)) return null;
  return { kind: 'host-device', device: { kind: 'pci', address: address.length > 7 ? address : `0000:${address}` } };
}

function toUsbDevice(device: KeyValues): OtherStorage {
  const [bus, number, ports] = [device.get('hostbus'), device.get('hostaddr'), device.get('hostport')];
  const [vendor, product] = ['vendorid', 'productid'].map((key) => device.get(key)?.replace(/^0x/, ''));
  const byPlace = ports === undefined ? `bus ${bus ?? '?'} device ${number ?? '?'}` : `${bus ?? '?'}-${ports}`;
  const address = vendor === undefined ? byPlace : `${vendor}:${product ?? '?'}`;
  return { kind: 'host-device', device: { kind: 'usb', address } };
}

function findById({
  options,
  option,
  id,
}: {
  options: readonly QemuOption[];
  option: string;
  id: string | undefined;
}): KeyValues | null {
  if (id === undefined) return null;
  const impliedKey = option === 'chardev' ? 'backend' : 'qom-type';
  return (
    options
      .filter(({ name }) => name === option)
      .map(({ value }) => parseKeyValues({ text: value, impliedKey }))
      .find((one) => one.get('id') === id) ?? null
  );
}

function outOfSight({ sentence, hint }: { sentence: string; hint: string }): OtherStorage {
  return { kind: 'out-of-sight', sentence, hint };
}
