import { Fault } from '@trimtab/protocol/shared';

const ERROR = 1;
export const WRONG_USAGE = 2;

/** As a shell tells of a command that SIGINT ended: 128 + 2. */
export const INTERRUPTED = 130;

/** A value on the command line that cannot be is wrong usage; the same in the file or the environment is an error. */
export function exitCodeOf(error: unknown): 1 | 2 {
  if (!(error instanceof Fault) || error.detail.code !== 'bad-setting') return ERROR;
  return error.detail.subject.startsWith('--') ? WRONG_USAGE : ERROR;
}
