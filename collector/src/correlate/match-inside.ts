import type { Disk } from '@trimtab/protocol';
import type { DiskMatch, MatchKey } from '../model/disk-path.ts';
import type { HostDisk } from '../model/domain.ts';
import type { InsideAddress } from '../model/guest-agent.ts';

/** What the guest tells of a disk and what the host knows of one agree where they have a value in common. */
interface InsideKey {
  readonly key: MatchKey;
  readonly toldBy: (address: InsideAddress) => readonly string[];
  readonly knownOf: (host: HostDisk) => readonly string[];
  readonly describe: (address: InsideAddress) => string | null;
}

/** The strongest first. */
const KEYS: readonly InsideKey[] = [
  {
    key: 'libvirt-target',
    toldBy: ({ target }) => (target === null ? [] : [target]),
    knownOf: ({ target }) => (target === undefined ? [] : [target]),
    describe: ({ target }) => target && `libvirt’s target ${target}`,
  },
  {
    key: 'serial',
    toldBy: toldSerial,
    knownOf: knownSerials,
    describe: ({ serial }) => serial && `serial ${serial}`,
  },
  {
    key: 'wwn',
    toldBy: ({ serial }) => (serial === null ? [] : [serial.toLowerCase()]),
    knownOf: knownWwn,
    describe: () => null,
  },
  {
    key: 'pci-path',
    toldBy: toldPlaces,
    knownOf: knownPlace,
    describe: ({ pciAddress }) => pciAddress && `PCI address ${pciAddress}`,
  },
];

/**
 * The image behind each disk that a guest's qemu-ga tells of, by the addresses that it tells. As with an agent's disks,
 * a key that two have, on either side, decides nothing, and a serial that differs says that they are two disks. The
 * work grows with the number of disks, and not with its square: a guest may tell of thousands.
 */
export function matchInside({
  disks,
  addresses,
  hostDisks,
}: {
  disks: readonly Disk[];
  /** By the names of the disks. */
  addresses: ReadonlyMap<string, InsideAddress>;
  hostDisks: readonly HostDisk[];
}): DiskMatch[] {
  const told = [...new Set(disks.flatMap(({ name }) => addresses.get(name) ?? []))];
  const taken = new Set<HostDisk>();
  const found = new Map<InsideAddress, { readonly hostDisk: HostDisk; readonly key: MatchKey }>();
  for (const { key, toldBy, knownOf } of KEYS) {
    const onlyTold = indexBy(told, toldBy);
    const onlyKnown = indexBy(hostDisks, knownOf);
    for (const hostDisk of hostDisks) {
      const address = taken.has(hostDisk) ? null : onlyTold(knownOf(hostDisk));
      if (address === null || found.has(address)) continue;
      if (onlyKnown(toldBy(address)) !== hostDisk || isOther(address, hostDisk)) continue;
      taken.add(hostDisk);
      found.set(address, { hostDisk, key });
    }
  }
  return disks.map((disk) => {
    const address = addresses.get(disk.name) ?? null;
    const pair = address === null ? undefined : found.get(address);
    if (pair !== undefined) return { disk, hostDisk: pair.hostDisk, matchedBy: pair.key, why: null };
    return { disk, hostDisk: null, matchedBy: null, why: explain(address) };
  });
}

/** The one entry that has any of some values; null where none has, or several. */
function indexBy<Entry>(entries: readonly Entry[], valuesOf: (entry: Entry) => readonly string[]) {
  const having = new Map<string, Entry[]>();
  for (const entry of entries)
    for (const value of valuesOf(entry)) {
      const same = having.get(value);
      if (same === undefined) having.set(value, [entry]);
      else same.push(entry);
    }
  return (values: readonly string[]): Entry | null => {
    // Of thousands that have it, two show that it is not one.
    const all = values.flatMap((value) => having.get(value)?.slice(0, 2) ?? []);
    const [only, ...others] = new Set(all);
    return only === undefined || others.length > 0 ? null : only;
  };
}

function explain(address: InsideAddress | null): string {
  const shown = address === null ? [] : KEYS.flatMap(({ describe }) => describe(address) ?? []);
  if (shown.length === 0) return 'qemu-ga tells nothing by which it could be known again';
  return `no one disk of this guest on the host alone has what qemu-ga tells of it: ${shown.join(', ')}`;
}

/** How much of a serial virtio-blk shows (VIRTIO_BLK_ID_BYTES), ATA and NVMe too. */
const SHORT = 20;
/** Of a SCSI disk: MAX_SERIAL_LEN (hw/scsi/scsi-disk.c). */
const LONG = 36;

/** What udev puts before the serials of QEMU's own disks (scsi_id, ata_id, nvme's ID_MODEL). */
const PREFIX = /^(?:0?QEMU_QEMU_HARDDISK_|QEMU_HARDDISK_|QEMU_NVMe_Ctrl_)/;

function toldSerial({ serial }: InsideAddress): readonly string[] {
  return serial === null ? [] : [serial.replace(PREFIX, '')];
}

function knownSerials(host: HostDisk): readonly string[] {
  const { serial, bus } = host;
  if (serial === null) return [];
  const lengths = isScsi(host) ? [LONG] : bus === 'unknown' ? [SHORT, LONG] : [SHORT];
  return [...new Set(lengths.map((length) => toUdev(serial.slice(0, length))))];
}

/** Of virtio-blk alone udev tells the serial as it is: elsewhere what differs may be the words before it. */
function isOther(address: InsideAddress, host: HostDisk): boolean {
  const [serial] = toldSerial(address);
  const known = knownSerials(host);
  return host.bus === 'virtio-blk' && serial !== undefined && known.length > 0 && !known.includes(serial);
}

/** util_replace_chars of udev: what is not in its list becomes a line. */
function toUdev(serial: string): string {
  return serial.trim().replace(/[^0-9A-Za-z#+\-.:=@_]/g, '_');
}

/** scsi_id(8): a name of type NAA is told with 3 before it. */
function knownWwn({ wwn }: HostDisk): readonly string[] {
  const plain = wwn?.toLowerCase().replace(/^(?:naa\.|0x)/, '') ?? '';
  return plain === '' ? [] : [`3${plain}`];
}

/**
 * Behind a bridge the number of a bus is the guest's own, so that only those of the root bus say where a disk is. Of
 * virtio-scsi qemu-ga tells the LUN and not the target (qga/commands-linux.c), so that the target is not compared; two
 * that differ in nothing else are no match.
 */
function toldPlaces({ pciAddress, place }: InsideAddress): readonly string[] {
  const [, own] = /^0000:00:([0-9a-f]{2}\.[0-7])$/.exec(pciAddress ?? '') ?? [];
  if (own === undefined) return [];
  return place === null ? [own] : [own, `${own} LUN ${place.unit}`];
}

function knownPlace(host: HostDisk): readonly string[] {
  const [own, ...behind] = host.pciPath ?? [];
  if (own === undefined || behind.length > 0) return [];
  if (!isScsi(host)) return [own];
  return host.scsiAddress === null ? [] : [`${own} LUN ${host.scsiAddress.lun}`];
}

function isScsi({ bus }: HostDisk): boolean {
  return bus === 'virtio-scsi' || bus === 'scsi';
}
