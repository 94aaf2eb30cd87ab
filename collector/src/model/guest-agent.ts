/**
 * A way to the qemu-guest-agent of one guest. A channel has room for one who asks: where libvirt or Proxmox VE holds
 * the socket, they are asked, and never the socket.
 */
export type GuestAgentChannel =
  | {
      readonly kind: 'libvirt';
      /** As `Domain.libvirtUri`. */
      readonly uri: string;
      /** The UUID of the domain. */
      readonly domain: string;
    }
  | {
      /** QEMU's own socket of `org.qemu.guest_agent.0`. */
      readonly kind: 'socket';
      readonly path: string;
      /** The QMP sockets of that QEMU, in the order to try: it says why nobody answers. */
      readonly qmpPaths: readonly string[];
    }
  /** By its VMID. */
  | { readonly kind: 'proxmox'; readonly guest: number };

/** By what a disk may be known again, as qemu-ga tells it (GuestDiskAddress), and libvirt where that was asked. */
export interface InsideAddress {
  /** libvirt's name for the disk (`<target dev=>`), found by libvirt itself; null where libvirt was not asked. */
  readonly target: string | null;
  /**
   * udev's ID_SERIAL on Linux: the serial of virtio-blk as it is, with vendor and model before it for SCSI
   * (`0QEMU_QEMU_HARDDISK_data-1`), with the model before it for NVMe.
   */
  readonly serial: string | null;
  /** `0000:00:05.0`, of the disk (virtio-blk, NVMe) or of its controller; null through libvirt, which keeps it. */
  readonly pciAddress: string | null;
  /** On that controller; null where it has none, and through libvirt. */
  readonly place: { readonly bus: number; readonly target: number; readonly unit: number } | null;
  /** `virtio`, `scsi`, `sata`, `ide`, `nvme`, `usb` …; null through libvirt. */
  readonly busKind: string | null;
  /** What the filesystem or the disk is, in the guest: `/dev/vda1`, `\\.\PhysicalDrive0`. */
  readonly device: string | null;
}

/** A mounted filesystem, as qemu-ga tells it (guest-get-fsinfo). */
export interface InsideFilesystem {
  /** `/srv`; `C:\` on Windows. Where it is mounted several times, each mount is told. */
  readonly mount: string;
  /** `ext4`, `NTFS`. */
  readonly kind: string;
  /** Without its folder: `vda1`, `dm-0`; a volume's name on Windows. */
  readonly name: string;
  readonly sizeBytes: number | null;
  readonly usedBytes: number | null;
  /** Every whole disk below it; empty where none was told. */
  readonly disks: readonly InsideAddress[];
}

/** A disk or a part of one, as qemu-ga tells it (guest-get-disks, QEMU 5.2). */
export interface InsideDisk {
  /** `/dev/vda`, `/dev/dm-0`. */
  readonly name: string;
  readonly isPartition: boolean;
  /** What it stands on, by name. */
  readonly dependencies: readonly string[];
  /** Its name at the device mapper: `vg0-root`. */
  readonly mapperName: string | null;
  /** Null for what is no disk of the host: a partition, an LVM volume. */
  readonly address: InsideAddress | null;
}

/** Does it carry out the command? Null: not told, and only a try would show. */
export interface InsideAllows {
  readonly fstrim: boolean | null;
  readonly fsinfo: boolean | null;
}

/** What became of one mounted filesystem of a trim. Nothing of it is measured by the host. */
export interface InsideTrimmed {
  readonly mount: string;
  /** By the guest's own word; null where it tells none (Windows), or where it failed. */
  readonly trimmedBytes: number | null;
  /** In its own words: `trim not supported`. */
  readonly error: string | null;
}
