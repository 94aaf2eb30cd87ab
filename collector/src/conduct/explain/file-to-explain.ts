/** The first bytes of a file, as many as `MOST_BYTES`, and how long it is. */
export interface FileToExplain {
  /** As it was named; of a VMID.conf it says which guest it is. */
  readonly path: string;
  readonly bytes: Uint8Array;
  /** Null where it is not known: a pipe. */
  readonly lengthBytes: number | null;
  readonly isCut: boolean;
}

/** As much as is read of any file: a domain has fewer characters (host/libvirt/xml.ts). */
export const MOST_BYTES = 4 * 1024 * 1024;
