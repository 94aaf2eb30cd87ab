/** The file behind a loop device inside a guest. */
export interface GuestFile {
  /** As the guest names it. */
  readonly path: string;
  /**
   * The filesystem of the guest that holds it; null where it is none that its agent has announced, or the agent does
   * not say.
   */
  readonly mount: string | null;
  /** The whole disks below that filesystem. */
  readonly disks: readonly string[];
}
