import { Fault, toPlainText } from '@trimtab/protocol/shared';
import type { REFUSED_FOR_GOOD } from '../../ports/notice-sender.ts';

/** Why a receiver did not take a notice. `subject`: the sender, and the receiver without what may be secret in it. */
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
  return new Fault({ code, operation: 'deliver a notice', subject, cause: toPlainText(cutWords(cause)), hint });
}

/** Of what a receiver says, enough to know what it means. */
export const MOST_WORDS_CHARACTERS = 300;

function cutWords(text: string): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length > MOST_WORDS_CHARACTERS ? `${line.slice(0, MOST_WORDS_CHARACTERS)}…` : line;
}
