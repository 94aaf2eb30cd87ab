import type { GuestAgentChannel } from './guest-agent.ts';
import type { OpenedImage } from './opened-image.ts';

/** A guest disk as the hypervisor was told to make it. */
export interface HostDisk {
  /**
   * The hypervisor's name for the device: QEMU's `-device id=` or `-drive id=`, `loop3`, or the name in the
   * configuration.
   */
  readonly id: string;
  /** libvirt's name for it (`<target dev=>`), which need not be the guest's; absent where no libvirt told of it. */
  readonly target?: string;
  readonly bus: 'virtio-blk' | 'virtio-scsi' | 'scsi' | 'sata' | 'ide' | 'nvme' | 'usb' | 'loop' | 'unknown';
  /**
   * Absolute path of the image on the host; for storage that has none, what the hypervisor calls it: `rbd:pool/image`.
   */
  readonly image: string;
  /**
   * `file` and `block` have a path on this host. `part` is a part of such an image (QEMU's raw with `offset` or `size`,
   * libvirt's `<slices>`), which has a path but no size or allocation of its own. `network` (rbd, nbd, iscsi …) has no
   * path; nothing of it is opened.
   */
  readonly storage: 'file' | 'block' | 'part' | 'network';
  /** `raw`, `qcow2`, …; null when nobody said, and then it must be read from the image. */
  readonly format: string | null;
  readonly readOnly: boolean;
  /** As configured, uncut. */
  readonly serial: string | null;
  readonly wwn: string | null;
  /**
   * The way from the root bus to the PCI function of the disk (virtio-blk, NVMe) or of its controller, bridges
   * included, each as `slot.function`; null when the configuration leaves it to QEMU.
   */
  readonly pciPath: readonly string[] | null;
  readonly scsiAddress: { readonly channel: number; readonly target: number; readonly lun: number } | null;
  /** The disk's name in the guest, known only when guest and host share one kernel (loop devices). */
  readonly kernelName: string | null;
  /**
   * What each node of the disk's block graph does with discards, from the format down to the file; QEMU's default is
   * `ignore`.
   */
  readonly nodes: readonly DiscardNode[];
  readonly detectZeroes: 'off' | 'on' | 'unmap' | null;
  /** What the device tells the guest (`discard_granularity`); null when left to QEMU. */
  readonly discardGranularityBytes: number | null;
  /**
   * What keeps the device from offering discards to the guest: `discard=off`, `machine type pc-i440fx-3.1`,
   * USB_STORAGE; null where nothing is known to.
   */
  readonly withoutDiscard: string | null;
  /** qcow2's `discard-no-unref=on` (QEMU 8.1): a discarded cluster stays reserved in the image. */
  readonly discardNoUnref: boolean;
  /**
   * The value that its manager keeps for it, as `qm config` prints it; null where there is none or it is not needed.
   */
  readonly setting: string | null;
  /**
   * What its discards meet at the next start of the guest, by the configuration that its manager keeps; `absent` where
   * that does not have the disk, null where nobody could tell.
   */
  readonly atNextStart: DiscardNode['discard'] | 'absent' | null;
  /**
   * Where the guest's data is, if its qcow2 image has it in another file (`data-file`); absent where the command line
   * names none.
   */
  readonly dataFile?: string;
  /**
   * The process of this host that serves the image to QEMU over a Unix socket; absent where QEMU has it itself, or
   * nobody knows.
   */
  readonly server?: { readonly program: 'qemu-nbd' | 'qemu-storage-daemon'; readonly pid: number };
  /** Other guests may have it too (`<shareable/>`, `share-rw=on`). */
  readonly shareable: boolean;
  /**
   * Which file its QEMU has open; absent where nobody could be asked, and then the name of the image is all there is.
   */
  readonly opened?: OpenedImage;
}

/**
 * `HostDisk.withoutDiscard` of a disk that Linux drives by its usb-storage, whatever the disk offers; by `uas` it would
 * ask.
 */
export const USB_STORAGE = 'usb-storage';

export interface DiscardNode {
  /** QEMU's node-name; null when QEMU made it up. */
  readonly node: string | null;
  /** `server`: a node of the process that serves the image, and none of QEMU's. */
  readonly role: 'format' | 'filter' | 'file' | 'server';
  readonly discard: 'unmap' | 'ignore';
}

/** Who told of a guest; where several did, the first of this order is believed. */
export const SOURCES = ['libvirt', 'proxmox', 'qemu-process', 'loop-devices', 'static-list'] as const;
export type Source = (typeof SOURCES)[number];

/** A way to ask QEMU: its QMP socket, or libvirt, which holds that. */
export type Monitor =
  | { readonly kind: 'socket'; readonly path: string }
  | {
      readonly kind: 'libvirt';
      /** As `Domain.libvirtUri`. */
      readonly uri: string;
      /** The UUID of the domain. */
      readonly domain: string;
      /** It is asked only where somebody says so for this once: nothing of ours is in the guest. */
      readonly needsConsent?: true;
    };

/**
 * How qemu-guest-agent of a guest can be asked from this host, by what its hypervisor tells. Whether it runs, it says.
 */
export type GuestAgentAccess =
  | { readonly kind: 'channel'; readonly channel: GuestAgentChannel }
  /** There is a channel, and who started its QEMU holds the other end: why nobody else uses it, a clause. */
  | { readonly kind: 'held'; readonly why: string; readonly hint: string }
  /** A clause, and what makes one. */
  | { readonly kind: 'none'; readonly why: string; readonly hint: string };

/** The name of the port by which qemu-ga is known to everybody (docs/interop/qemu-ga). */
export const GUEST_AGENT_PORT = 'org.qemu.guest_agent.0';

/** What the hypervisor knows of one guest. */
export interface Domain {
  /**
   * Unique on this host and stable while the guest runs: `libvirt:UUID`, `proxmox:100`, `qemu:PID`, `loop`,
   * `static:NAME`.
   */
  readonly key: string;
  readonly name: string;
  readonly uuid: string | null;
  /** What the guest sees as its product UUID: `<hwuuid>` or `-smbios uuid=` where given, else `uuid`. */
  readonly guestUuid: string | null;
  readonly source: Source;
  /** Under which URI virsh reaches the libvirt that told of it; null for a guest that no libvirt told of. */
  readonly libvirtUri: string | null;
  /** Every source that told of it, `source` among them. */
  readonly seenBy: readonly Source[];
  /** Does a QEMU of it run on this host? Null where nobody could tell now. */
  readonly isRunning: boolean | null;
  readonly pid: number | null;
  /** In the order to try. */
  readonly monitors: readonly Monitor[];
  /** The kernel's boot_id when this host's own kernel is the guest's (loop devices); else null. */
  readonly bootId: string | null;
  /** Absent where no source of it can tell. */
  readonly guestAgent?: GuestAgentAccess;
  /** The unix socket of our agent's port (AGENT_PORT); absent where there is none, or nobody can tell. */
  readonly agentChannel?: string;
  readonly disks: readonly HostDisk[];
}

/** Something a source found but could not read, told in `status`; the rest goes on. */
export interface Finding {
  readonly subject: string;
  readonly sentence: string;
  readonly hint: string | null;
}

/** One source and how it went: used, or why not. */
export interface SourceState {
  readonly source: Source;
  readonly used: boolean;
  /** `12 guests`, or why it is not used: `no virsh on this host`. */
  readonly sentence: string;
  /**
   * When it last answered, UTC; null if never. Older than the view when it fails now and its last answer still stands.
   */
  readonly answeredAt: number | null;
}

export interface HostView {
  readonly takenAt: number;
  readonly domains: readonly Domain[];
  readonly findings: readonly Finding[];
  readonly sources: readonly SourceState[];
  /**
   * Of each domain that does not run, by its key: when the first of the readings in a row that told so began (UTC).
   */
  readonly offSince: ReadonlyMap<string, number>;
  /**
   * Who runs processes that look like QEMU and are not taken for guests: that of a guest of which no source tells may be
   * among them. Absent where there are none.
   */
  readonly ignoredUsers?: readonly string[];
}
