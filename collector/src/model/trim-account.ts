import type { FilesystemResult, Outcome, TrimReport } from '@trimtab/protocol';

/** What became of one filesystem. */
export interface TrimmedFilesystem extends Omit<FilesystemResult, 'durationMs' | 'outcome'> {
  /** By the guest's clock; null where the guest has not told. */
  readonly durationMs: number | null;
  readonly outcome: TrimmedOutcome;
}

/** As an agent's, but that who trimmed may not tell how much: qemu-ga through libvirt, and on Windows. */
export type TrimmedOutcome =
  | Exclude<Outcome, { status: 'done' }>
  | { readonly status: 'done'; readonly trimmedBytes: number | null };

/** What a trim is concluded from: the guest's report, or what the host puts in the place of one that has not come. */
export interface TrimAccount extends Omit<TrimReport, 'durationMs' | 'filesystems'> {
  /** By the guest's clock; null where the guest has not told. */
  readonly durationMs: number | null;
  readonly filesystems: readonly TrimmedFilesystem[];
}
