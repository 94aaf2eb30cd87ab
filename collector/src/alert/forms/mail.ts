import type { Notice } from '../../model/alert.ts';
import type { Mail } from '../../model/outgoing.ts';
import { toNoticeKey } from '../notice-key.ts';
import { tell } from './tell.ts';

/**
 * RFC 5322: a mail that comes twice has the same Message-ID, and the mails of one alert refer to the same one. `domain`
 * is the sender's.
 */
export function toMail({ domain }: { domain: string }, given: Notice): Mail {
  const { title, lines, notice } = tell(given);
  return {
    subject: `[trimtab] ${title}`,
    text: `${lines.join('\n')}\n\n-- \nTrimtab on ${notice.alert.host}. What alerts there are: trimtab alerts\n`,
    messageId: `${toNoticeKey(given.id)}@${domain}`,
    thread: `${toNoticeKey(given.alert.id)}.alert@${domain}`,
  };
}
