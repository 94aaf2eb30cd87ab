import type { HostDisk } from '../../model/domain.ts';
import { createGlobals } from './changed-options.ts';
import { type KeyValues, parseKeyValues } from './key-values.ts';
import type { Machine } from './machine.ts';
import type { QemuOption } from './options.ts';

export interface Devices {
  readonly all: readonly KeyValues[];
  readonly byId: ReadonlyMap<string, KeyValues>;
}

/** Every `-device`, with its `driver` and what `-global` says of its kind. */
export function readDevices(options: readonly QemuOption[]): Devices {
  const withGlobals = createGlobals(options);
  const all = options
    .filter(({ name }) => name === 'device')
    .map(({ value }) => withGlobals(parseKeyValues({ text: value, impliedKey: 'driver' })));
  const named = all.flatMap((device) => {
    const id = device.get('id');
    return id === undefined ? [] : [[id, device] as const];
  });
  return { all, byId: new Map(named) };
}

/**
 * The controller whose bus a device sits on: `bus=scsi0.0` is bus 0 of the device `scsi0`. For a SCSI device without
 * `bus=` it is the only one that offers a SCSI bus; null when there are several, and for the machine's own controllers.
 */
export function findController(device: KeyValues, { all, byId }: Devices): KeyValues | null {
  const bus = device.get('bus');
  if (bus !== undefined) return byId.get(bus.replace(/\.\d+$/, '')) ?? byId.get(bus) ?? null;
  if (!device.get('driver')?.startsWith('scsi-')) return null;
  const offers = all.filter((other) => SCSI_CONTROLLER.test(other.get('driver') ?? ''));
  return offers.length === 1 ? (offers[0] ?? null) : null;
}

const SCSI_CONTROLLER = /^(?:virtio-scsi|lsi(?:53c|$)|mptsas|megasas|pvscsi|am53c974|dc390|usb-uas|spapr-vscsi)/;

/** The kind of bus of a disk device; null for what is not a disk of the guest (CD-ROMs, floppies, firmware). */
export function toBus({
  device,
  controller,
  machine,
}: {
  device: KeyValues;
  controller: KeyValues | null;
  machine: Machine;
}): HostDisk['bus'] | null {
  const driver = device.get('driver') ?? '';
  if (driver.startsWith('virtio-blk')) return 'virtio-blk';
  if (driver === 'nvme' || driver === 'nvme-ns') return 'nvme';
  if (driver === 'usb-storage') return 'usb';
  if (SCSI_DISK.test(driver)) return toScsiBus(controller?.get('driver') ?? '');
  if (driver === 'ide-hd' || driver === 'ide-drive' || driver === 'ide-cf')
    return isSata(controller, machine) ? 'sata' : 'ide';
  return NOT_A_DISK.test(driver) ? null : 'unknown';
}

const SCSI_DISK = /^scsi-(?:hd|disk|block|generic)$/;

const NOT_A_DISK = /^(?:scsi-cd|ide-cd|usb-bot|floppy|isa-fdc|cfi\.pflash)/;

function toScsiBus(controllerDriver: string): HostDisk['bus'] {
  if (controllerDriver.startsWith('virtio-scsi')) return 'virtio-scsi';
  return controllerDriver.startsWith('usb-') ? 'usb' : 'scsi';
}

function isSata(controller: KeyValues | null, machine: Machine): boolean {
  const driver = controller?.get('driver');
  return driver === undefined ? machine.ideUnits === 1 : /ahci/.test(driver);
}
