export interface GuestDisk {
  /** The id of its device in QEMU; its nodes are `<id>-file`, `<id>-format` and, with a filter, `<id>-filter`. */
  readonly id: string;
  readonly path: string;
  readonly format: 'raw' | 'qcow2' | 'vdi' | 'luks' | 'parallels';
  readonly bus: 'virtio-scsi' | 'virtio-blk' | 'sata' | 'nvme';
  readonly discard: 'unmap' | 'ignore';
  /** For the file node only, when it shall differ from the format node. */
  readonly fileDiscard?: 'unmap' | 'ignore';
  /** Where a qcow2 image has its data, in a file of its own, and what that node does with discards. */
  readonly dataFile?: { readonly path: string; readonly discard: 'unmap' | 'ignore' };
  /** The Unix socket of an NBD server that has the image; QEMU opens it there and not at `path`. */
  readonly nbdSocket?: string;
  /** A node between the device and the format, as Proxmox has one for its limits; this one limits nothing. */
  readonly filter?: 'throttle';
  /** For the filter node only, when it shall differ from the format node. */
  readonly filterDiscard?: 'unmap' | 'ignore';
  readonly serial?: string;
  /** As `0x5000c50012345678`; for virtio-scsi and sata. */
  readonly wwn?: string;
  readonly readOnly?: boolean;
  /** Appended to the device, as `discard_granularity=0` or `addr=0x5`. */
  readonly deviceOptions?: string;
}

export interface HostFile {
  readonly hostPath: string;
}

export interface TextFile {
  readonly text: string;
  /** Permission bits; 0o644 if absent. */
  readonly mode?: number;
}

export interface GuestOptions {
  /** Of the QEMU process and the guest's host name. */
  readonly name: string;
  /** Random if absent. */
  readonly uuid?: string;
  readonly disks: readonly GuestDisk[];
  /** 512 if absent. */
  readonly memoryMiB?: number;
  /** QEMU's machine type, `pc` if absent. */
  readonly machine?: string;
  /** For sockets, the initrd and the console's log; made if absent. A short path: sockets live in it. */
  readonly directory: string;
  /** Guest path to what shall be there. */
  readonly files?: Readonly<Record<string, HostFile | TextFile>>;
  /** Shell lines, each a background child of PID 1 once root and network are up; their output is in /run/boot.log. */
  readonly onBoot?: readonly string[];
  /** A user network: the guest is 10.0.2.15, this host 10.0.2.2. On if absent. */
  readonly network?: boolean;
  /** More words for the kernel's command line, as `nvme_core.multipath=N`. */
  readonly kernelArguments?: string;
  /** A command before QEMU, which becomes it: for a mount namespace of its own. */
  readonly through?: readonly string[];
  /** More arguments for QEMU, after all others. */
  readonly qemuArguments?: readonly string[];
  /** When it aborts, a guest that still boots is ended, and its start throws. */
  readonly signal?: AbortSignal;
  /** Progress, a line at a time. */
  readonly say?: (line: string) => void;
}
