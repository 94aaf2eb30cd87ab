import type { Disk } from '@trimtab/protocol';
import type { HostDisk } from '../model/domain.ts';

/** A disk of the hypervisor with the capacity of its image; null when that could not be read. */
export interface Candidate {
  readonly hostDisk: HostDisk;
  readonly capacityBytes: number | null;
}

export type MatchKey = 'same-kernel' | 'serial' | 'wwn' | 'pci-address' | 'only-one-of-its-size';

export interface DiskMatch {
  readonly disk: Disk;
  readonly hostDisk: HostDisk | null;
  readonly matchedBy: MatchKey | null;
  /** Why nothing was matched, for people; null when something was. */
  readonly why: string | null;
}

/**
 * Finds the image behind each disk of a guest. The strongest key decides; a key that points at two disks decides
 * nothing; a different size vetoes whatever the key says. The guest's disk names play no part: their order is the guest's own.
 */
export function matchDisks(disks: readonly Disk[], candidates: readonly Candidate[]): DiskMatch[] {
  return disks.map((disk) => {
    for (const { key, agrees } of KEYS) {
      const isPair = (guest: Disk, { hostDisk, capacityBytes }: Candidate) =>
        (capacityBytes === null || capacityBytes === guest.sizeBytes) && agrees(guest, hostDisk);
      const [only, ...others] = candidates.filter((candidate) => isPair(disk, candidate));
      if (only === undefined || others.length > 0) continue;
      if (disks.some((other) => other !== disk && isPair(other, only))) continue;
      return { disk, hostDisk: only.hostDisk, matchedBy: key, why: null };
    }
    return (
      matchBySize(disk, disks, candidates) ?? { disk, hostDisk: null, matchedBy: null, why: explain(disk, candidates) }
    );
  });
}

const KEYS: readonly { readonly key: MatchKey; readonly agrees: (disk: Disk, host: HostDisk) => boolean }[] = [
  { key: 'same-kernel', agrees: (disk, host) => host.kernelName !== null && host.kernelName === disk.name },
  { key: 'serial', agrees: serialAgrees },
  {
    key: 'wwn',
    agrees: (disk, host) => disk.wwn !== null && host.wwn !== null && plainWwn(disk.wwn) === plainWwn(host.wwn),
  },
  { key: 'pci-address', agrees: addressAgrees },
];

/**
 * How much of a serial the guest gets to see: virtio-blk VIRTIO_BLK_ID_BYTES, ATA IDENTIFY and NVMe 20; SCSI VPD page 0x80
 * MAX_SERIAL_LEN 36 (QEMU hw/scsi/scsi-disk.c).
 */
function serialAgrees(disk: Disk, host: HostDisk): boolean {
  if (disk.serial === null || host.serial === null) return false;
  const length = host.bus === 'virtio-scsi' || host.bus === 'scsi' ? 36 : 20;
  return disk.serial === host.serial.slice(0, length).trim();
}

/** `naa.5000c500a1b2c3d4`, `0x5000c500a1b2c3d4` and `5000C500A1B2C3D4` are one name. */
function plainWwn(wwn: string): string {
  return wwn
    .toLowerCase()
    .replace(/^(naa\.|eui\.|0x)/, '')
    .replace(/^0+/, '');
}

/** The disk's own PCI function, or its controller's with target and LUN. */
function addressAgrees(disk: Disk, host: HostDisk): boolean {
  if (disk.pciAddress === null || disk.pciAddress !== host.pciAddress) return false;
  if (host.bus === 'virtio-blk' || host.bus === 'nvme') return disk.scsiAddress === null;
  if (disk.scsiAddress === null || host.scsiAddress === null) return false;
  return disk.scsiAddress.target === host.scsiAddress.target && disk.scsiAddress.lun === host.scsiAddress.lun;
}

/** The weakest key: right only while no other disk on either side has this size. */
function matchBySize(disk: Disk, disks: readonly Disk[], candidates: readonly Candidate[]): DiskMatch | null {
  const sameSize = candidates.filter(({ capacityBytes }) => capacityBytes === disk.sizeBytes);
  const [only] = sameSize;
  if (only === undefined || sameSize.length > 1) return null;
  if (candidates.some(({ capacityBytes }) => capacityBytes === null)) return null;
  if (disks.filter(({ sizeBytes }) => sizeBytes === disk.sizeBytes).length > 1) return null;
  if (contradicts(disk, only.hostDisk)) return null;
  return { disk, hostDisk: only.hostDisk, matchedBy: 'only-one-of-its-size', why: null };
}

/** A serial on both sides that differs says that these are two disks, whatever their size. */
function contradicts(disk: Disk, host: HostDisk): boolean {
  return disk.serial !== null && host.serial !== null && !serialAgrees(disk, host);
}

function explain(disk: Disk, candidates: readonly Candidate[]): string {
  if (candidates.length === 0) return 'the host knows of no disk of this guest';
  const sameSize = candidates.filter(({ capacityBytes }) => capacityBytes === disk.sizeBytes).length;
  if (sameSize === 0) return `no disk of this guest on the host has its size, ${disk.sizeBytes} bytes`;
  const seen = [
    disk.serial && `serial ${disk.serial}`,
    disk.wwn && `WWN ${disk.wwn}`,
    disk.pciAddress && `PCI ${disk.pciAddress}`,
  ];
  const shown = seen.filter(Boolean).join(', ') || 'no serial, WWN or address';
  return `${sameSize} disks of its size on the host, and none alone agrees with its ${shown}`;
}
