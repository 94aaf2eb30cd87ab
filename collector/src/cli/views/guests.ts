import type { GuestRow, GuestState, GuestsView } from '../../model/status.ts';
import type { Style } from '../paint.ts';
import { type Cell, type Column, formatTable } from '../table.ts';
import { wrap } from '../wrap.ts';
import { formatFindings } from './findings.ts';
import { formatInstants } from './format-time.ts';
import { formatInside } from './inside.ts';
import type { Page } from './page.ts';

/** Every guest of this host, and which of them nobody can ask to trim. */
export function formatGuests(view: GuestsView, page: Page): string {
  const { guests, findings } = view;
  if (guests.length === 0)
    return `${['No guest found, and no agent has connected yet.', ...formatFindings(findings, page)].join('\n')}\n`;
  const seen = guests.flatMap(({ agent }) => (agent === null ? [] : [agent.lastSeenAt]));
  const { texts, offset } = formatInstants(seen, page.timeZone);
  const times = new Map(seen.map((instant, index) => [instant, texts[index] ?? '']));
  const columns: readonly Column[] = [
    { heading: 'NAME', shrink: 'end' },
    { heading: 'STATE' },
    { heading: 'INSIDE', shrink: 'end' },
    { heading: offset === null ? 'HEARD' : `HEARD (${offset})` },
    { heading: 'CAN BE TRIMMED' },
    { heading: 'KNOWN FROM', shrink: 'end' },
  ];
  const rows = guests.map((guest): Cell[] => [
    guest.name,
    { text: STATES[guest.state].text, style: STATES[guest.state].style },
    formatInside(guest.inside),
    guest.agent === null ? '-' : (times.get(guest.agent.lastSeenAt) ?? ''),
    formatTrimmable(guest),
    guest.seenBy.length === 0 ? 'agent only' : guest.seenBy.join(', '),
  ]);
  const [heading = '', ...lines] = formatTable({ columns, rows, width: page.width, paint: page.paint });
  const table = lines.flatMap((line, index) => [line, ...formatWhole({ line, name: guests[index]?.name ?? '' }, page)]);
  return `${[heading, ...table, ...formatFindings(findings, page)].join('\n')}\n`;
}

/** A name that was cut, since that is what commands want. */
function formatWhole({ line, name }: { line: string; name: string }, { width, paint }: Page): string[] {
  if (line.includes(name)) return [];
  return wrap({ text: name, width, first: '  ' }).map((each) => paint('quiet', each));
}

const STATES: Readonly<Record<GuestState, { readonly text: string; readonly style: Style }>> = {
  connected: { text: 'connected', style: 'good' },
  away: { text: 'away', style: 'unsure' },
  off: { text: 'off', style: 'quiet' },
  'no-agent': { text: 'no agent', style: 'bad' },
};

function formatTrimmable({ inside, trimmable }: GuestRow): string {
  if (trimmable === null) return inside.kind !== 'none' ? 'not here yet' : '-';
  return `${trimmable.filesystems} of ${trimmable.outOf}`;
}
