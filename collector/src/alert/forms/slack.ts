import type { Notice } from '../../model/alert.ts';
import type { HttpRequest } from '../../model/outgoing.ts';
import { tell } from './tell.ts';

/**
 * docs.slack.dev, incoming webhooks. `&`, `<` and `>` are all that its text is controlled by (`<!channel>` calls
 * everybody); Mattermost and Rocket.Chat take the same, call people by a bare `@name`, and read Markdown: a link, a
 * picture, a block of code and strong words each need two signs side by side, which are kept apart.
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
    .replaceAll(/[@\]`~*]/g, `$&${ZERO_WIDTH_SPACE}`);
}

const ZERO_WIDTH_SPACE = '\u200b';
