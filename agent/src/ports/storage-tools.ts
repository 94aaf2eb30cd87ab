/** What programs of this guest print of its storage: nothing where there is none; null where it does not answer. */
export interface StorageTools {
  /** `pvs`: a line a physical volume, `/dev/sdb|vg|262144000`. */
  physicalVolumes(): Promise<string | null>;
  /** `btrfs subvolume list -s MOUNT`: a line a snapshot. */
  snapshots(mount: string): Promise<string | null>;
}

/** Where nobody can be asked: another root holds another guest, or a captured one. */
export const NO_STORAGE_TOOLS: StorageTools = { physicalVolumes: async () => null, snapshots: async () => null };
