import type { Disk } from '@trimtab/protocol';
import type { DiskMatch, MatchKey } from '../model/disk-path.ts';
import type { HostDisk } from '../model/domain.ts';
import type { InsideAddress } from '../model/guest-agent.ts';

interface InsideKey {
  readonly key: MatchKey;
  readonly agrees: (address: InsideAddress, host: HostDisk) => boolean;
  readonly describe: (address: InsideAddress) => string | null;
}

/** The strongest first. */
const KEYS: readonly InsideKey[] = [
  {
    key: 'libvirt-target',
    agrees: ({ target }, host) => target !== null && target === host.target,
    describe: ({ target }) => target && `libvirt’s target ${target}`,
  },
  { key: 'serial', agrees: serialAgrees, describe: ({ serial }) => serial && `serial ${serial}` },
  { key: 'wwn', agrees: wwnAgrees, describe: () => null },
  { key: 'pci-path', agrees: placeAgrees, describe: ({ pciAddress }) => pciAddress && `PCI address ${pciAddress}` },
];

/**
 * The image behind each disk that a guest's qemu-ga tells of, by the addresses that it tells. As with an agent's disks,
 * a key that two have, on either side, decides nothing, and a serial that differs says that they are two disks.
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
  const told = disks.flatMap(({ name }) => addresses.get(name) ?? []);
  const taken = new Set<HostDisk>();
  const found = new Map<InsideAddress, { readonly hostDisk: HostDisk; readonly key: MatchKey }>();
  for (const { key, agrees } of KEYS)
    for (const address of told) {
      const [only, ...others] = hostDisks.filter((host) => agrees(address, host));
      if (found.has(address) || only === undefined || others.length > 0 || taken.has(only)) continue;
      if (isOther(address, only) || told.some((rival) => rival !== address && agrees(rival, only))) continue;
      taken.add(only);
      found.set(address, { hostDisk: only, key });
    }
  return disks.map((disk) => {
    const address = addresses.get(disk.name) ?? null;
    const pair = address === null ? undefined : found.get(address);
    if (pair !== undefined) return { disk, hostDisk: pair.hostDisk, matchedBy: pair.key, why: null };
    return { disk, hostDisk: null, matchedBy: null, why: explain(address) };
  });
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

function serialAgrees({ serial }: InsideAddress, host: HostDisk): boolean {
  if (serial === null || host.serial === null) return false;
  const plain = serial.replace(PREFIX, '');
  const lengths = isScsi(host) ? [LONG] : host.bus === 'unknown' ? [SHORT, LONG] : [SHORT];
  return lengths.some((length) => toUdev(host.serial?.slice(0, length) ?? '') === plain);
}

/** Of virtio-blk alone udev tells the serial as it is: elsewhere what differs may be the words before it. */
function isOther(address: InsideAddress, host: HostDisk): boolean {
  return host.bus === 'virtio-blk' && address.serial !== null && host.serial !== null && !serialAgrees(address, host);
}

/** util_replace_chars of udev: what is not in its list becomes a line. */
function toUdev(serial: string): string {
  return serial.trim().replace(/[^0-9A-Za-z#+\-.:=@_]/g, '_');
}

/** scsi_id(8): a name of type NAA is told with 3 before it. */
function wwnAgrees({ serial }: InsideAddress, host: HostDisk): boolean {
  const plain = host.wwn?.toLowerCase().replace(/^(?:naa\.|0x)/, '') ?? '';
  return plain !== '' && serial?.toLowerCase() === `3${plain}`;
}

/**
 * Behind a bridge the number of a bus is the guest's own, so that only those of the root bus say where a disk is. Of
 * virtio-scsi qemu-ga tells the LUN and not the target (qga/commands-linux.c), so that the target is not compared; two
 * that differ in nothing else are no match.
 */
function placeAgrees({ pciAddress, place }: InsideAddress, host: HostDisk): boolean {
  const [, own] = /^0000:00:([0-9a-f]{2}\.[0-7])$/.exec(pciAddress ?? '') ?? [];
  if (own === undefined || host.pciPath?.join() !== own) return false;
  return isScsi(host) ? place !== null && place.unit === host.scsiAddress?.lun : true;
}

function isScsi({ bus }: HostDisk): boolean {
  return bus === 'virtio-scsi' || bus === 'scsi';
}
