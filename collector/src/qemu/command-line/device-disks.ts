import { formatServedImage } from '../../model/network-image.ts';
import { type BlockChain, HAND_MADE, resolveChain } from './block-chain.ts';
import { type Devices, findController, toBus } from './devices.ts';
import { findDiscardOff, toGranularity } from './discard-of-device.ts';
import type { Drive } from './drives.ts';
import type { FoundDisk } from './found-disk.ts';
import { isOn, type KeyValues } from './key-values.ts';
import type { Machine } from './machine.ts';
import { toPciPath } from './pci-paths.ts';
import { placeScsiDevices } from './scsi-addresses.ts';

export interface Given {
  readonly devices: Devices;
  readonly machine: Machine;
  readonly drives: readonly Drive[];
  readonly nodes: ReadonlyMap<string, KeyValues>;
}

/** `-device …,drive=` on a `-blockdev` node or a `-drive if=none`. */
export function readDeviceDisks({ devices, machine, drives, nodes }: Given): readonly FoundDisk[] {
  const scsiPlaces = placeScsiDevices(devices);
  return devices.all.flatMap((device) => {
    const source = device.get('drive');
    if (source === undefined) return [];
    const isOnController = /^(?:scsi-|ide-|nvme-ns)/.test(device.get('driver') ?? '');
    const controller = isOnController ? findController(device, devices) : null;
    const bus = toBus({ device, controller, machine });
    const drive = drives.find(({ id }) => id === source);
    if (bus === null || drive?.media === 'cd') return [];
    const addressed = isOnController ? controller : device;
    const isOnOwnIde = (bus === 'ide' || bus === 'sata') && controller === null;
    const serialFrom = device.get('driver') === 'nvme-ns' ? controller : device;
    return [
      {
        disk: {
          id: device.get('id') ?? source,
          bus,
          serial: serialFrom?.get('serial') ?? drive?.serial ?? null,
          wwn: toWwn(device.get('wwn')),
          pciPath: isOnOwnIde
            ? machine.ownIdePath
            : addressed === null || bus === 'usb'
              ? null
              : toPciPath(addressed, devices, machine),
          scsiAddress: scsiPlaces.get(device) ?? null,
          kernelName: null,
          discardGranularityBytes: toGranularity(device.get('discard_granularity')),
          withoutDiscard: findDiscardOff({ device, controller, bus, machine }),
          setting: null,
          atNextStart: null,
          shareable: isOn(device.get('share-rw')),
        },
        chain: drive?.chain ?? toNodeChain(source, nodes),
        isPassedThrough: device.get('driver') === 'scsi-block' || device.get('driver') === 'scsi-generic',
        servedOver: null,
      },
    ];
  });
}

/** vhost-user-blk: the whole disk is another process', which has the socket (docs/interop/vhost-user.rst). */
export function toServedDisk({
  device,
  socket,
  devices,
  machine,
}: {
  device: KeyValues;
  socket: string | null;
  devices: Devices;
  machine: Machine;
}): FoundDisk {
  return {
    disk: {
      id: device.get('id') ?? device.get('chardev') ?? 'vhost-user-blk',
      bus: 'virtio-blk',
      serial: null,
      wwn: null,
      pciPath: toPciPath(device, devices, machine),
      scsiAddress: null,
      kernelName: null,
      discardGranularityBytes: null,
      withoutDiscard: null,
      setting: null,
      atNextStart: null,
      shareable: false,
    },
    chain: {
      kind: 'image',
      filename: formatServedImage({ kind: 'vhostuser', path: socket }),
      storage: 'network',
      format: 'raw',
      readOnly: false,
      nodes: [],
      detectZeroes: null,
      discardNoUnref: false,
      dataFile: null,
    },
    isPassedThrough: false,
    servedOver: socket ?? 'a socket',
  };
}

/** QEMU takes it as a number of 64 bits, decimal or `0x…`; libvirt's JSON has it in decimal. */
function toWwn(value: string | undefined): string | null {
  if (value === undefined || !/^(?:0x[0-9a-f]{1,16}|\d{1,20})$/i.test(value)) return value ?? null;
  return `0x${BigInt(value).toString(16).padStart(16, '0')}`;
}

function toNodeChain(node: string, named: ReadonlyMap<string, KeyValues>): BlockChain {
  const top = named.get(node);
  if (top !== undefined) return resolveChain({ top, named });
  return {
    kind: 'obstacle',
    obstacle: `refers to '${node}', which is neither a -blockdev nor a -drive`,
    hint: HAND_MADE,
  };
}
