import type { TrimResult } from '../model/trim-result.ts';

/**
 * The exit codes of every command; 32 and 64 are fstrim's own (fstrim(8)), 130 is what a shell says of SIGINT (128 +
 * 2).
 */
export const EXIT = {
  done: 0,
  error: 1,
  wrongUsage: 2,
  lost: 3,
  allFailed: 32,
  someFailed: 64,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/**
 * By what became of the filesystems; what the host got back is for the verdict to say, unless whoever asked wants a
 * trim that was `lost` to fail. A trim that was cancelled is an error.
 */
export function trimToExitCode(
  { filesystems, disks }: Pick<TrimResult, 'filesystems' | 'disks'>,
  { failOnLost }: { failOnLost: boolean },
): ExitCode {
  const failed = filesystems.filter(({ outcome }) => outcome.status === 'failed' || outcome.status === 'unsupported');
  if (failed.length > 0) return failed.length === filesystems.length ? EXIT.allFailed : EXIT.someFailed;
  if (filesystems.some(({ outcome }) => outcome.status === 'cancelled')) return EXIT.error;
  return failOnLost && disks.some(({ verdict }) => verdict === 'lost') ? EXIT.lost : EXIT.done;
}
