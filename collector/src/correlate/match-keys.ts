import type { Disk } from '@trimtab/protocol';
import type { MatchKey } from '../model/disk-path.ts';
import type { HostDisk } from '../model/domain.ts';

/** A key that both sides can read of one disk; the other two keys weigh all disks at once. */
export interface IdentityKey {
  readonly key: Exclude<MatchKey, 'behaviour' | 'only-one-of-its-size'>;
  readonly agrees: (disk: Disk, host: HostDisk) => boolean;
  /** The disk's own value, for people: `serial web1`; null when it has none. */
  readonly describe: (disk: Disk) => string | null;
}

export const IDENTITY_KEYS: readonly IdentityKey[] = [
  {
    key: 'same-kernel',
    agrees: (disk, host) => host.kernelName !== null && host.kernelName === disk.name,
    describe: ({ name, backingFile }) => (backingFile === null ? null : `name ${name}`),
  },
  { key: 'serial', agrees: serialAgrees, describe: ({ serial }) => serial && `serial ${serial}` },
  { key: 'wwn', agrees: wwnAgrees, describe: ({ wwn }) => wwn && `WWN ${wwn}` },
  { key: 'pci-path', agrees: placeAgrees, describe: describePlace },
];

/** A serial or a WWN on both sides that differs says that these are two disks, whatever their place or size. */
export function contradicts(disk: Disk, host: HostDisk): boolean {
  const otherSerial = disk.serial !== null && host.serial !== null && !serialAgrees(disk, host);
  return otherSerial || (isNaa(disk.wwn) && isNaa(host.wwn) && !wwnAgrees(disk, host));
}

/**
 * How much of a serial the guest gets to see: virtio-blk VIRTIO_BLK_ID_BYTES, ATA IDENTIFY and NVMe 20; SCSI VPD page
 * 0x80 MAX_SERIAL_LEN 36 (QEMU hw/scsi/scsi-disk.c). Of a disk whose bus the host does not know, both lengths are
 * tried.
 */
function serialAgrees(disk: Disk, host: HostDisk): boolean {
  const { serial } = host;
  if (disk.serial === null || serial === null) return false;
  const isScsi = host.bus === 'virtio-scsi' || host.bus === 'scsi';
  const lengths = host.bus === 'unknown' ? [20, 36] : [isScsi ? 36 : 20];
  return lengths.some((length) => disk.serial === serial.slice(0, length).trim());
}

function wwnAgrees(disk: Disk, host: HostDisk): boolean {
  return disk.wwn !== null && host.wwn !== null && plainWwn(disk.wwn) === plainWwn(host.wwn);
}

/** `naa.5000c500a1b2c3d4`, `0x5000c500a1b2c3d4` and `5000C500A1B2C3D4` are one name. */
function plainWwn(wwn: string): string {
  return wwn
    .toLowerCase()
    .replace(/^(naa\.|eui\.|0x)/, '')
    .replace(/^0+/, '');
}

/**
 * Both sides of a contradiction must be names of one kind: the kernel also writes `t10.…`, made from vendor and model.
 */
function isNaa(wwn: string | null): boolean {
  return wwn !== null && /^(naa\.|0x)?[0-9a-f]{16}$/i.test(wwn);
}

/**
 * The PCI function that is the disk (virtio-blk, NVMe), or that is its controller: with target and LUN on SCSI. On
 * SATA, IDE and USB the guest numbers the disks of a controller as it likes, so the controller identifies a disk only
 * while that is alone on it.
 */
function placeAgrees(disk: Disk, host: HostDisk): boolean {
  if (disk.pciPath === null || host.pciPath === null || disk.pciPath.join() !== host.pciPath.join()) return false;
  const { scsiAddress: here } = disk;
  const { scsiAddress: there } = host;
  switch (host.bus) {
    case 'virtio-blk':
    case 'nvme':
      return here === null;
    case 'virtio-scsi':
    case 'scsi':
      if (here === null || there === null) return false;
      return here.channel === there.channel && here.target === there.target && here.lun === there.lun;
    case 'sata':
    case 'ide':
    case 'usb':
      return here !== null;
    case 'loop':
      return false;
    case 'unknown':
      // The configuration gives an address of the disk itself, or of a controller with this one disk.
      return here === null || there === null || (here.target === there.target && here.lun === there.lun);
  }
}

function describePlace({ pciPath, scsiAddress }: Disk): string | null {
  if (pciPath === null) return null;
  const scsi = scsiAddress === null ? '' : `, target ${scsiAddress.target}, LUN ${scsiAddress.lun}`;
  return `PCI path ${pciPath.join(' / ')}${scsi}`;
}
