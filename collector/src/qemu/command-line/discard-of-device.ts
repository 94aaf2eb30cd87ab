import { type HostDisk, USB_STORAGE } from '../../model/domain.ts';
import { isOn, type KeyValues } from './key-values.ts';
import type { Machine } from './machine.ts';

/** QEMU's -1 means: whatever the block layer says. */
export function toGranularity(value: string | undefined): number | null {
  const bytes = Number(value ?? Number.NaN);
  return Number.isSafeInteger(bytes) && bytes >= 0 && bytes < 0xffff_ffff ? bytes : null;
}

/**
 * scsi-hd and ide-hd offer discards if their granularity is not 0; virtio-blk if `discard` is on; NVMe always
 * (measured, QEMU 7.2).
 */
export function findDiscardOff(given: {
  device: KeyValues;
  controller: KeyValues | null;
  bus: HostDisk['bus'];
  machine: Machine;
}): string | null {
  const { device, controller, bus, machine } = given;
  if (bus === 'nvme') return null;
  if (bus === 'usb' && controller?.get('driver') !== 'usb-uas') return USB_STORAGE;
  const discard = device.get('discard');
  if (bus !== 'virtio-blk') return device.get('discard_granularity') === '0' ? 'discard_granularity=0' : null;
  if (discard !== undefined) return isOn(discard) ? null : `discard=${discard}`;
  return machine.withoutDiscard;
}
