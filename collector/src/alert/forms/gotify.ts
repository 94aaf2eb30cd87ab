import type { Notice } from '../../model/alert.ts';
import type { HttpRequest } from '../../model/outgoing.ts';
import { below } from './below.ts';
import { tell } from './tell.ts';

/** gotify.net/docs/pushmsg; the token of an application goes into a header, so that no log of a proxy has it. */
export function toGotify({ url, token }: { url: string; token: string }, given: Notice): HttpRequest {
  const { title, lines, notice } = tell(given);
  return {
    url: below({ url, path: 'message' }),
    headers: { 'x-gotify-key': token },
    body: {
      title,
      message: lines.join('\n'),
      priority: toPriority(notice),
      extras: { 'client::display': { contentType: 'text/plain' } },
    },
  };
}

/** 0 to 10; from 4 on a phone makes a sound, from 8 on it does so in any case. */
function toPriority({ event, alert }: Notice): number {
  if (event === 'end' || event === 'test') return 4;
  return alert.severity === 'critical' ? 8 : 6;
}
