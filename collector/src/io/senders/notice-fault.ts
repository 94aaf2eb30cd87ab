import { Fault } from '@trimtab/protocol/shared';
import type { REFUSED_FOR_GOOD } from '../../ports/notice-sender.ts';

/**
 * Why a receiver did not take a notice. `subject`: the sender, and the receiver without what may be secret in it.
 * `cause` has a receiver's words as they came: `hideSecrets` has to find what is secret in them before they are cut.
 */
export function noticeFault({
  code,
  subject,
  cause,
  hint,
}: {
  readonly code: 'notice-unreachable' | 'notice-denied' | 'notice-failed' | typeof REFUSED_FOR_GOOD;
  readonly subject: string;
  readonly cause: string;
  readonly hint: string | null;
}): Fault {
  return new Fault({ code, operation: 'deliver a notice', subject, cause, hint });
}
