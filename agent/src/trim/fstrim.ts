import type { Outcome } from '@trimtab/protocol';
import { INSTALL_FSTRIM } from '@trimtab/protocol/shared';
import type { CommandResult } from '../ports/commands.ts';

/**
 * What fstrim said, as an outcome. It speaks two tongues, both under LC_ALL=C: util-linux (`/mnt: 3.9 GiB (4143493120
 * bytes) trimmed`, sys-utils/fstrim.c) and BusyBox (`/mnt: 4143493120 bytes trimmed`, util-linux/fstrim.c there).
 */
export function interpretFstrim({ result, cancelled }: { result: CommandResult; cancelled: string | null }): Outcome {
  if (result.kind === 'missing')
    return {
      status: 'failed',
      message: 'there is no fstrim in this guest',
      hint: INSTALL_FSTRIM,
    };
  const said = tidy(result.stderr === '' ? result.stdout : result.stderr);
  if (result.exitCode === 0) return interpretSuccess({ stdout: result.stdout, said });
  if (cancelled !== null) return { status: 'cancelled', message: cancelled };
  if (result.exitCode === null)
    return { status: 'failed', message: `fstrim was killed${said === '' ? '' : `: ${said}`}`, hint: null };
  if (UNSUPPORTED.test(said))
    return {
      status: 'unsupported',
      message: said,
      hint: 'The filesystem or a layer below it has no discard: `trimtab-agent probe --explain` shows which, and what to do.',
    };
  if (PROTECTED.test(said)) return { status: 'failed', message: said, hint: UNPROTECT };
  if (FORBIDDEN.test(said)) return { status: 'failed', message: said, hint: 'Run the agent as root.' };
  return {
    status: 'failed',
    message: said === '' ? `fstrim ended with status ${result.exitCode} and said nothing` : said,
    hint: null,
  };
}

/** EOPNOTSUPP, ENOTTY, ENOSYS, EBADF, and the sentence util-linux prints for all four. */
const UNSUPPORTED =
  /the discard operation is not supported|Operation not supported|Inappropriate ioctl for device|Function not implemented|Bad file descriptor/;

/** EROFS: f2fs asks for write access to the mount, which the unit of the agent may protect. */
const PROTECTED = /Read-only file system/;
const UNPROTECT =
  'If the unit of the agent protects its mount (ProtectSystem=, ReadOnlyPaths=), add to that unit ReadWritePaths= with the mount.';

const FORBIDDEN = /Operation not permitted|Permission denied/;

function interpretSuccess({ stdout, said }: { stdout: string; said: string }): Outcome {
  const digits = /(?:\((\d+) bytes\)|(?:^|[:\s])(\d+) bytes) trimmed\s*$/.exec(stdout);
  const trimmedBytes = Number(digits?.[1] ?? digits?.[2] ?? Number.NaN);
  if (Number.isSafeInteger(trimmedBytes)) return { status: 'done', trimmedBytes };
  return { status: 'failed', message: `fstrim’s answer is not understood: ${JSON.stringify(said)}`, hint: null };
}

/** The last line that says something, within what a message may carry. */
function tidy(text: string): string {
  const lines = text.split('\n').map((line) => line.trim());
  return (lines.findLast((line) => line !== '') ?? '').slice(0, 500);
}
