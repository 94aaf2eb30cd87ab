import type { HostDisk } from '../../model/domain.ts';
import { type Devices, findController } from './devices.ts';
import type { KeyValues } from './key-values.ts';

export type ScsiPlace = NonNullable<HostDisk['scsiAddress']>;

/**
 * Where every SCSI device sits on its controller. What the command line leaves out, QEMU fills in by the order of the
 * devices (scsi_qdev_realize): without `scsi-id` the first target whose LUN (0 if not said) is free, without `lun` the
 * first free LUN of the target.
 */
export function placeScsiDevices(devices: Devices): ReadonlyMap<KeyValues, ScsiPlace> {
  const places = new Map<KeyValues, ScsiPlace>();
  const taken = new Map<KeyValues, Set<string>>();
  for (const device of devices.all) {
    if (!device.get('driver')?.startsWith('scsi-')) continue;
    const controller = findController(device, devices);
    if (controller === null) continue;
    const takenHere = taken.get(controller) ?? new Set<string>();
    taken.set(controller, takenHere);
    const place = choosePlace(device, takenHere);
    takenHere.add(toKey(place));
    places.set(device, place);
  }
  return places;
}

function choosePlace(device: KeyValues, taken: ReadonlySet<string>): ScsiPlace {
  const channel = Number(device.get('channel') ?? 0);
  const target = device.get('scsi-id');
  const lun = device.get('lun');
  const place = { channel, target: Number(target ?? 0), lun: Number(lun ?? 0) };
  while (taken.has(toKey(place)) && (target === undefined || lun === undefined)) {
    if (target === undefined) place.target += 1;
    else place.lun += 1;
  }
  return place;
}

function toKey({ channel, target, lun }: ScsiPlace): string {
  return `${channel}:${target}:${lun}`;
}
