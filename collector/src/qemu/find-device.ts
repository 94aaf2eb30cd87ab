import type { HostDisk } from '../model/domain.ts';

/** By what QEMU's answers tell of a device. */
export interface DeviceNames {
  /** The device's id, or the path of its object where the id belongs to the object above (virtio-blk). */
  readonly qdev: string | undefined;
  /** Of its `-drive id=`. */
  readonly drive: string | undefined;
  /** The name of the node on top of its block graph. */
  readonly topNode: string | undefined;
}

/**
 * The device of a disk among those that QEMU lists. One without an id is known by its drive's id or, made from
 * -blockdev, by the name of its top node.
 */
export function findDevice<Device>({
  devices,
  namesOf,
  disk: { id, nodes },
}: {
  devices: readonly Device[];
  namesOf: (device: Device) => DeviceNames;
  disk: Pick<HostDisk, 'id' | 'nodes'>;
}): Device | null {
  const topNode = nodes[0]?.node ?? id;
  const find = (isMeant: (names: DeviceNames) => boolean) => devices.find((device) => isMeant(namesOf(device)));
  return (
    find(({ qdev }) => qdev === id || qdev?.startsWith(`/machine/peripheral/${id}/`) === true) ??
    find(({ drive }) => drive === id) ??
    find((names) => names.topNode === topNode) ??
    null
  );
}
