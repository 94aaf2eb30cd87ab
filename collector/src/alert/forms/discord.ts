import type { Notice } from '../../model/alert.ts';
import type { HttpRequest } from '../../model/outgoing.ts';
import { tell } from './tell.ts';

/**
 * discord.com/developers/docs/resources/webhook, “Execute Webhook”: nobody is called by what is in the text
 * (`allowed_mentions`), and no page is fetched for it (flag 4, SUPPRESS_EMBEDS). With `wait` a message that is not kept
 * is an error.
 */
export function toDiscord({ url }: { url: string }, notice: Notice): HttpRequest {
  const { title, lines } = tell(notice);
  const waiting = new URL(url);
  waiting.searchParams.set('wait', 'true');
  return {
    url: waiting.href,
    headers: {},
    body: {
      content: cutEscaped([`**${escapeMarkdown(title)}**`, ...lines.map(escapeMarkdown)].join('\n')),
      username: 'Trimtab',
      allowed_mentions: { parse: [] },
      flags: 4,
    },
  };
}

/** Its own bound for `content`. */
export const MOST_DISCORD_CHARACTERS = 2_000;

function escapeMarkdown(text: string): string {
  return text.replaceAll(/[\\*_~`|>#[\]()<:@-]/g, (character) => `\\${character}`);
}

/** No escape is cut in two, and no character. */
function cutEscaped(text: string): string {
  if (text.length <= MOST_DISCORD_CHARACTERS) return text;
  return `${text.slice(0, MOST_DISCORD_CHARACTERS - 1).replace(/(?:\\|[\ud800-\udbff])$/, '')}…`;
}
