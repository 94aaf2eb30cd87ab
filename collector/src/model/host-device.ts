import type { Finding } from './domain.ts';

/** A device of the host that a guest has as it is. */
export interface HostDevice {
  readonly kind: 'pci' | 'usb';
  /**
   * `0000:01:00.0`, or the name of a mapping of Proxmox VE; of USB `1234:beef`, `1-1.2` (bus and ports) or `bus 1
   * device 4`.
   */
  readonly address: string;
}

/** What to say of one that is, or may be, a disk. */
export function toHostDeviceFinding({
  guest,
  device,
  isStorage,
}: {
  guest: string;
  device: HostDevice;
  /** Null where nobody has read it from /sys. */
  isStorage: true | null;
}): Finding {
  const { kind, address } = device;
  const what = `${kind === 'pci' ? 'The PCI device' : 'The USB device'} ${address} of the host is handed to the guest as it is`;
  return {
    subject: guest,
    sentence:
      isStorage === null
        ? `${what}; if it holds disks, they are left out.`
        : `${what}, with its disks, whose discards QEMU neither sees nor counts; they are left out.`,
    hint: kind === 'pci' ? `lspci -nn -s ${address}` : 'lsusb',
  };
}
