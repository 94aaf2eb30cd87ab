import type { HostDisk } from '../model/domain.ts';

/**
 * The disks of one guest as two sources tell of them. `first` is believed where both speak of the configuration
 * (serial, WWN, address); `running` is the command line of the QEMU that runs it, and its nodes are what is in force.
 * `stale` are disks of that command line that are not where they were at its start: `first` knows better.
 */
export function mergeDisks({
  first,
  second,
  isRunning,
  stale,
}: {
  first: readonly HostDisk[];
  second: readonly HostDisk[];
  /** `second` is the running process. */
  isRunning: boolean;
  stale: ReadonlySet<string>;
}): readonly HostDisk[] {
  const rest = new Set(second);
  const merged = first.map((disk) => {
    const pair = findPair(disk, rest);
    if (pair === null) return disk;
    rest.delete(pair);
    return mergeDisk({ first: disk, second: pair, isRunning });
  });
  // A disk that the first source does not have was unplugged, unless QEMU still holds its image open.
  return [...merged, ...[...rest].filter(({ id }) => isRunning && !stale.has(id))];
}

/** By the name of the device; else by an image that no other disk has. */
function findPair(disk: HostDisk, others: ReadonlySet<HostDisk>): HostDisk | null {
  const list = [...others];
  const named = list.find(({ id }) => id === disk.id);
  if (named !== undefined) return named;
  const [only, ...more] = list.filter(({ image }) => image === disk.image);
  return only !== undefined && more.length === 0 ? only : null;
}

function mergeDisk({ first, second, isRunning }: { first: HostDisk; second: HostDisk; isRunning: boolean }): HostDisk {
  const [strong, weak] = isRunning ? [second, first] : [first, second];
  // A storage that has a path after all: a Ceph image that Proxmox VE maps into /dev.
  const place = first.storage === 'network' && second.storage !== 'network' ? second : first;
  const isSameImage = place.image === second.image;
  return {
    // The name by which QEMU's counters know it.
    id: strong.id,
    bus: first.bus === 'unknown' ? second.bus : first.bus,
    image: place.image,
    storage: place.storage,
    // What runs knows it: an XML may say raw of what QEMU opens as LUKS.
    format: (isSameImage ? strong.format : null) ?? first.format ?? second.format,
    readOnly: first.readOnly || second.readOnly,
    serial: first.serial ?? second.serial,
    wwn: first.wwn ?? second.wwn,
    pciPath: first.pciPath ?? second.pciPath,
    scsiAddress: first.scsiAddress ?? second.scsiAddress,
    kernelName: first.kernelName ?? second.kernelName,
    // After a live snapshot the nodes of the command line are those of the image below.
    nodes: isSameImage && strong.nodes.length > 0 ? strong.nodes : first.nodes.length > 0 ? first.nodes : second.nodes,
    detectZeroes: strong.detectZeroes ?? weak.detectZeroes,
    discardGranularityBytes: strong.discardGranularityBytes ?? weak.discardGranularityBytes,
    // What runs knows whether its device offers discards: -global may have turned on what the machine type had off.
    withoutDiscard: isRunning ? strong.withoutDiscard : (strong.withoutDiscard ?? weak.withoutDiscard),
    discardNoUnref: first.discardNoUnref || second.discardNoUnref,
    setting: first.setting ?? second.setting,
    atNextStart: first.atNextStart ?? second.atNextStart,
    shareable: first.shareable || second.shareable,
    ...(first.target === undefined ? {} : { target: first.target }),
    ...(isSameImage && strong.dataFile !== undefined ? { dataFile: strong.dataFile } : {}),
  };
}
