import type { Domain, HostDisk } from '../../model/domain.ts';
import { isServedImage } from '../../model/network-image.ts';
import { type BlockDevice, readBlockDevices, type TopologyAnswers } from './block-devices.ts';

/**
 * The domain as its QEMU has it now: addresses that the source left to QEMU, images that a snapshot or a block job
 * moved, disks that were plugged in since, and without those that are gone. What QEMU does not tell stays as the source
 * told it. Throws a ValiError for answers of another shape.
 */
export function refineDomain({ domain, answers }: { domain: Domain; answers: TopologyAnswers }): Domain {
  const devices = readBlockDevices(answers);
  const taken = new Set<BlockDevice>();
  const disks = domain.disks.flatMap((disk) => {
    // Network disks and the like have no path to compare, so only their names find them.
    const device = findDevice(disk, devices, taken);
    // What another process serves is no block node of QEMU's.
    if (device === null) return isServedImage(disk.image) ? [disk] : [];
    taken.add(device);
    return [refineDisk(disk, device)];
  });
  const plugged = devices.filter((device) => !taken.has(device)).flatMap(toPluggedDisk);
  return { ...domain, disks: [...disks, ...plugged] };
}

/**
 * By the device's id, else the drive's, else the top node's name; a configured disk that names no device, by its image.
 */
function findDevice(
  disk: HostDisk,
  devices: readonly BlockDevice[],
  taken: ReadonlySet<BlockDevice>,
): BlockDevice | null {
  const free = devices.filter((device) => !taken.has(device));
  const topNode = disk.nodes[0]?.node ?? disk.id;
  const sameImage = free.filter(({ image }) => image === disk.image);
  return (
    free.find(({ id }) => id === disk.id) ??
    free.find(({ drive }) => drive !== '' && drive === disk.id) ??
    free.find((device) => device.topNode === topNode) ??
    (disk.bus === 'unknown' && sameImage.length === 1 ? sameImage[0] : undefined) ??
    null
  );
}

function refineDisk(disk: HostDisk, device: BlockDevice): HostDisk {
  const isMoved = device.image !== null && device.image !== disk.image;
  const isNamed = device.id === disk.id || device.drive === disk.id || device.topNode === disk.id;
  const { dataFile: _, ...moved } = disk;
  return {
    ...(isMoved ? moved : disk),
    id: isNamed ? disk.id : device.id,
    bus: disk.bus === 'unknown' ? device.bus : disk.bus,
    // QMP does not tell what the nodes of the new graph do with discards.
    ...(isMoved ? { image: device.image, storage: storageOf(device.image), format: device.format, nodes: [] } : {}),
    serial: device.serial ?? disk.serial,
    pciPath: device.pciPath ?? disk.pciPath,
    scsiAddress: device.scsiAddress ?? disk.scsiAddress,
  };
}

function toPluggedDisk(device: BlockDevice): readonly HostDisk[] {
  const { id, bus, image, format, readOnly, detectZeroes, serial, pciPath, scsiAddress } = device;
  if (image === null) return [];
  return [
    {
      id,
      bus,
      image,
      format,
      readOnly,
      detectZeroes,
      serial,
      pciPath,
      scsiAddress,
      storage: storageOf(image),
      wwn: null,
      kernelName: null,
      nodes: [],
      discardGranularityBytes: null,
      withoutDiscard: null,
      discardNoUnref: false,
      setting: null,
      atNextStart: null,
      shareable: false,
    },
  ];
}

function storageOf(image: string): HostDisk['storage'] {
  return image.startsWith('/dev/') ? 'block' : 'file';
}
