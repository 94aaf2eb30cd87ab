import type { FilesystemResult, TrimReport } from '@trimtab/protocol';

/** What became of one filesystem. */
export interface TrimmedFilesystem extends Omit<FilesystemResult, 'durationMs'> {
  /** By the guest's clock; null where the guest has not told. */
  readonly durationMs: number | null;
}

/** What a trim is concluded from: the guest's report, or what the host puts in the place of one that has not come. */
export interface TrimAccount extends Omit<TrimReport, 'durationMs' | 'filesystems'> {
  /** By the guest's clock; null where the guest has not told. */
  readonly durationMs: number | null;
  readonly filesystems: readonly TrimmedFilesystem[];
}
