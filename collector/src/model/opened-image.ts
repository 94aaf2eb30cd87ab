/** Where the file is that the QEMU of a disk has open. */
export type OpenedImage =
  /** Where its name leads on this host. */
  | { readonly kind: 'here' }
  /**
   * Its name leads nowhere on this host, or to another file: QEMU is in a container, or the file was deleted meanwhile.
   */
  | {
      readonly kind: 'elsewhere';
      /** A path below /proc/PID that leads to it from this host. */
      readonly at: string;
      /** As `toIdentity` says it: what is at that path may change while it is measured. */
      readonly identity: string;
      readonly isDeleted: boolean;
    }
  /** Nobody can tell: `why` is a sentence without a subject (`it …`) and without a stop. */
  | { readonly kind: 'hidden'; readonly why: string };

/**
 * What tells one file from all others of this host: a block device by its number, whichever node of /dev leads to it.
 */
export function toIdentity(status: {
  readonly device: number;
  readonly inode: number;
  readonly deviceNumber: string | null;
}): string {
  return status.deviceNumber ?? `${status.device} ${status.inode}`;
}
