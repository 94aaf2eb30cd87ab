/** A guest disk as the hypervisor was told to make it. */
export interface HostDisk {
  /** The hypervisor's name for the device: QEMU's `-device id=` or `-drive id=`, `loop3`, or the name in the configuration. */
  readonly id: string;
  readonly bus: 'virtio-blk' | 'virtio-scsi' | 'scsi' | 'sata' | 'ide' | 'nvme' | 'usb' | 'loop' | 'unknown';
  /** Absolute path of the image on the host. */
  readonly image: string;
  /** `raw`, `qcow2`, …; null when nobody said, and then it must be read from the image. */
  readonly format: string | null;
  readonly readOnly: boolean;
  /** As configured, uncut. */
  readonly serial: string | null;
  readonly wwn: string | null;
  /** `0000:00:05.0`: of the disk (virtio-blk, NVMe) or of its controller; null when the configuration leaves it to QEMU. */
  readonly pciAddress: string | null;
  readonly scsiAddress: { readonly channel: number; readonly target: number; readonly lun: number } | null;
  /** The disk's name in the guest, known only when guest and host share one kernel (loop devices). */
  readonly kernelName: string | null;
  /** What each node of the disk's block graph does with discards, from the format down to the file; QEMU's default is `ignore`. */
  readonly nodes: readonly DiscardNode[];
}

export interface DiscardNode {
  /** QEMU's node-name; null when QEMU made it up. */
  readonly node: string | null;
  readonly role: 'format' | 'filter' | 'file';
  readonly discard: 'unmap' | 'ignore';
}

/** What the hypervisor knows of one guest. */
export interface Domain {
  /** Unique on this host and stable while the guest runs: `qemu:PID`, `loop`, `static:NAME`. */
  readonly key: string;
  readonly name: string;
  readonly uuid: string | null;
  readonly source: 'qemu-process' | 'loop-devices' | 'static-list';
  readonly pid: number | null;
  /** Where QEMU's monitor listens, in the order to try. */
  readonly qmpSockets: readonly string[];
  /** The kernel's boot_id when this host's own kernel is the guest's (loop devices); else null. */
  readonly bootId: string | null;
  readonly disks: readonly HostDisk[];
}

/** Something a source found but could not read, told in `status`; the rest goes on. */
export interface Finding {
  readonly subject: string;
  readonly sentence: string;
  readonly hint: string | null;
}

export interface HostView {
  readonly takenAt: number;
  readonly domains: readonly Domain[];
  readonly findings: readonly Finding[];
}
