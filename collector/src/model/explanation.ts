import type { DiscardNode, Finding } from './domain.ts';

/** What `trimtab explain` took a file for. */
export type ExplainedKind = 'libvirt-xml' | 'command-line' | 'proxmox-conf' | 'image' | 'unknown';

/** What is understood of one file that describes a guest, or is the head of an image. */
export interface Explanation {
  readonly kind: ExplainedKind;
  /** Of the guest; null where the file does not name it. */
  readonly name: string | null;
  readonly uuid: string | null;
  readonly disks: readonly ExplainedDisk[];
  /** What was not understood, or stands in the way of discards. */
  readonly findings: readonly Finding[];
}

export interface ExplainedDisk {
  /** `HostDisk.id`; of an image its file. */
  readonly name: string;
  /** `HostDisk.image`; a relative path is one from where QEMU was started. */
  readonly image: string;
  readonly format: string | null;
  /** From the top of the block graph down to the file; empty where nothing is said of them. */
  readonly nodes: readonly ExplainedNode[];
  readonly serial: string | null;
  readonly wwn: string | null;
  /** `pci 02.0/00.0`, `pci 08.0, scsi 0:0:3` (channel, target, LUN); null where it is QEMU's to choose. */
  readonly address: string | null;
  readonly readOnly: boolean;
  /** Its SCSI commands go past QEMU's nodes and counters. */
  readonly passedThrough: boolean;
}

export interface ExplainedNode {
  /** QEMU's node-name, or what the node is where it has none: `format`, `filter`, `file`. */
  readonly node: string;
  readonly discard: DiscardNode['discard'];
}
