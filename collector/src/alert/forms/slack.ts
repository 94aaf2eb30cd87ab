import type { Notice } from '../../model/alert.ts';
import type { HttpRequest } from '../../model/outgoing.ts';
import { tell } from './tell.ts';

/**
 * docs.slack.dev, incoming webhooks. `&`, `<` and `>` are all that its text is controlled by (`<!channel>` calls
 * everybody); Mattermost and Rocket.Chat take the same, and call people by a bare `@name`.
 */
export function toSlack({ url }: { url: string }, notice: Notice): HttpRequest {
  const { title, lines } = tell(notice);
  const text = [title, ...lines].map(escapeSlack).join('\n');
  return { url, headers: {}, body: { text, mrkdwn: false, unfurl_links: false, unfurl_media: false } };
}

function escapeSlack(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('@', `@${ZERO_WIDTH_SPACE}`);
}

const ZERO_WIDTH_SPACE = '\u200b';
