import type { ApiTokenMade, ApiTokenRow, ApiTokensView } from '../../../model/enrolment.ts';
import { type Cell, formatTable } from '../../table.ts';
import { wrap } from '../../wrap.ts';
import { formatInstant } from '../format-time.ts';
import type { Page } from '../page.ts';
import { formatAskedByShort } from './asked-by.ts';

export function formatApiTokens({ takenAt, tokens }: ApiTokensView, page: Page): string {
  if (tokens.length === 0)
    return `${wrap({ text: 'There is no token of the API. trimtab tokens create NAME --scope read makes one.', width: page.width }).join('\n')}\n`;
  const columns = [
    { heading: 'NAME', shrink: 'end' as const },
    { heading: 'MAY' },
    { heading: 'UNTIL' },
    { heading: 'MADE' },
    { heading: 'BY', shrink: 'end' as const },
  ];
  const { timeZone } = page;
  const rows = tokens.map(({ name, scope, madeAt, madeBy, expiresAt }): Cell[] => [
    name,
    scope,
    tellEnd({ expiresAt, takenAt, timeZone }),
    formatInstant({ iso: madeAt, timeZone }).slice(0, 'YYYY-MM-DD'.length),
    formatAskedByShort(madeBy),
  ]);
  return `${formatTable({ columns, rows, width: page.width, paint: page.paint }).join('\n')}\n`;
}

function tellEnd({
  expiresAt,
  takenAt,
  timeZone,
}: Pick<ApiTokenRow, 'expiresAt'> & { readonly takenAt: string; readonly timeZone: string }): string {
  if (expiresAt === null) return 'no end';
  return expiresAt <= takenAt ? 'it is over' : formatInstant({ iso: expiresAt, timeZone });
}

/** Told once. */
export function formatApiToken({ name, scope, expiresAt, token }: ApiTokenMade, { width, timeZone }: Page): string {
  const until = expiresAt === null ? 'until it is revoked' : `until ${formatInstant({ iso: expiresAt, timeZone })}`;
  const head = `The token ${name} (${scope}), ${until}. It is shown once:`;
  const next =
    'Keep it in a file that nobody else can read. It is sent as Authorization: Bearer TOKEN. To end it: trimtab tokens revoke';
  return `${[...wrap({ text: head, width }), '', `  ${token}`, '', ...wrap({ text: `${next} ${name}`, width })].join('\n')}\n`;
}
