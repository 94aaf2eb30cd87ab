/** What one process has open, as far as a trim is concerned. */
export interface ProcessView {
  readonly pid: number;
  /** Its `comm`. */
  readonly name: string;
  /** `mnt:[4026531841]`; null where it may not be read. */
  readonly mountNamespace: string | null;
  /** Descriptors whose file was deleted, by the id of the mount that they were opened on. */
  readonly deleted: readonly { readonly descriptor: string; readonly mountId: number }[];
  /** Paths below /dev that it has open. */
  readonly devices: readonly string[];
}

export interface ProcessesView {
  /** Those that have something of this open, and one at least of each mount namespace. */
  readonly processes: readonly ProcessView[];
  /** Of the agent itself; null where it may not be read. */
  readonly ownNamespace: string | null;
  /** False: the walk ended at its bounds, or a process may not be looked at. */
  readonly isWhole: boolean;
}

export interface OpenFile {
  /** The same for every descriptor of one file. */
  readonly identity: string;
  /** st_blocks × 512. */
  readonly bytes: number;
}

/** The processes of the guest (/proc). Reading changes nothing; it is bounded in number and time. */
export interface Processes {
  walk(): Promise<ProcessesView>;
  /** Null where it is closed by now, or is not a file that was deleted. Only for mounts that cannot hang. */
  measure(open: { readonly pid: number; readonly descriptor: string }): Promise<OpenFile | null>;
}
