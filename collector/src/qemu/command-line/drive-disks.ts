import type { HostDisk } from '../../model/domain.ts';
import { findDiscardOff, toGranularity } from './discard-of-device.ts';
import type { Drive } from './drives.ts';
import type { FoundDisk } from './found-disk.ts';
import type { KeyValues } from './key-values.ts';
import type { Machine } from './machine.ts';

/** `-drive if=virtio`, `-hda`, `-sd` and the like: the device comes with the drive, at a place of QEMU's choice. */
export function readDriveDisks({
  drives,
  machine,
  withGlobals,
}: {
  drives: readonly Drive[];
  machine: Machine;
  withGlobals: (device: KeyValues) => KeyValues;
}): readonly FoundDisk[] {
  return drives.flatMap((drive) => {
    if (drive.media === 'cd' || !BRINGS_DISK.has(drive.interface)) return [];
    const bus = toDriveBus(drive, machine);
    const device = withGlobals(new Map([['driver', DRIVERS[bus] ?? '']]));
    return [
      {
        disk: {
          id: drive.id,
          bus,
          serial: drive.serial,
          wwn: null,
          pciPath: drive.interface === 'ide' ? machine.ownIdePath : null,
          scsiAddress: null,
          kernelName: null,
          discardGranularityBytes: toGranularity(device.get('discard_granularity')),
          withoutDiscard: findDiscardOff({ device, controller: null, bus, machine }),
          setting: null,
          atNextStart: null,
          shareable: false,
        },
        chain: drive.chain,
        isPassedThrough: false,
        servedOver: null,
      },
    ];
  });
}

/**
 * The machine gives a disk to each of these; `unknown`: to what it takes by default, which is not known of every
 * machine.
 */
const BRINGS_DISK = new Set<Drive['interface']>(['ide', 'virtio', 'scsi', 'sd', 'xen', 'unknown']);

/** What the machine makes of it (-global counts for it too). */
const DRIVERS: Partial<Record<HostDisk['bus'], string>> = {
  'virtio-blk': 'virtio-blk-pci',
  scsi: 'scsi-hd',
  sata: 'ide-hd',
  ide: 'ide-hd',
};

function toDriveBus(drive: Drive, machine: Machine): HostDisk['bus'] {
  if (drive.interface === 'virtio') return 'virtio-blk';
  if (drive.interface === 'scsi') return 'scsi';
  if (drive.interface !== 'ide') return 'unknown';
  return machine.ideUnits === 1 ? 'sata' : 'ide';
}
