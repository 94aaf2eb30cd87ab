import { Fault } from '@trimtab/protocol/shared';

const ERROR = 1;
export const WRONG_USAGE = 2;

/** As a shell tells of a command that SIGINT ended: 128 + 2. */
export const INTERRUPTED = 130;

/** The host does not let this guest in: trying again does not help. */
export const REFUSED = 3;

/** What a host refuses a guest for, as the codes of faults have it. */
export const REFUSALS = [
  'token-expired',
  'token-used',
  'token-unknown',
  'held',
  'revoked',
  'unknown-key',
  'not-joined',
  'downgrade',
  'wrong-key',
  'bad-signature',
] as const;

/** A value on the command line that cannot be is wrong usage; the same in the file or the environment is an error. */
export function exitCodeOf(error: unknown): 1 | 2 | 3 {
  if (!(error instanceof Fault)) return ERROR;
  const { code, subject } = error.detail;
  if (REFUSALS.some((refusal) => refusal === code)) return REFUSED;
  if (code === 'bad-token') return subject === 'TOKEN' ? WRONG_USAGE : ERROR;
  return code === 'bad-setting' && subject.startsWith('--') ? WRONG_USAGE : ERROR;
}
