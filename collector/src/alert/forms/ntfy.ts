import type { Notice } from '../../model/alert.ts';
import type { HttpRequest } from '../../model/outgoing.ts';
import { toNoticeKey } from '../notice-key.ts';
import { tell } from './tell.ts';
import { bearer } from './webhook.ts';

/**
 * docs.ntfy.sh/publish: JSON to the root of the server, with the topic in it. One that knows `sequence_id` (2.16) shows
 * the same notice once; an older one leaves it unread.
 */
export function toNtfy(
  { url, topic, token }: { url: string; topic: string; token: string | null },
  given: Notice,
): HttpRequest {
  const { title, lines, notice } = tell(given);
  return {
    url,
    headers: bearer(token),
    body: {
      topic,
      title,
      message: cutBytes(lines.join('\n')),
      priority: toPriority(notice),
      tags: [toTag(notice)],
      sequence_id: toNoticeKey(given.id),
    },
  };
}

/** Of a longer message ntfy makes an attachment, if it takes it at all. */
export const MOST_NTFY_BYTES = 4_096;

function cutBytes(text: string): string {
  const bytes = new TextEncoder().encode(text);
  if (bytes.byteLength <= MOST_NTFY_BYTES) return text;
  // What is left of a character at the end becomes U+FFFD, and is taken off.
  return `${new TextDecoder().decode(bytes.slice(0, MOST_NTFY_BYTES - 3)).replace(/\u{fffd}+$/u, '')}…`;
}

/** 1 to 5; from 4 on a phone rings. */
function toPriority({ event, alert }: Notice): number {
  if (event === 'end' || event === 'test') return 3;
  return alert.severity === 'critical' ? 5 : 4;
}

/** docs.ntfy.sh/emojis. */
function toTag({ event, alert }: Notice): string {
  if (event === 'end') return 'white_check_mark';
  if (event === 'test') return 'bell';
  return alert.severity === 'critical' ? 'rotating_light' : 'warning';
}
