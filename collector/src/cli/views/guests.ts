import type { GuestRow, GuestState, GuestsView } from '../../model/status.ts';
import { isOverdue } from '../../model/visits.ts';
import type { Style } from '../paint.ts';
import { type Cell, type Column, formatTable } from '../table.ts';
import { wrap } from '../wrap.ts';
import { formatFindings } from './findings.ts';
import { formatInstants } from './format-time.ts';
import { formatInside } from './inside.ts';
import type { Page } from './page.ts';

/** Every guest of this host, and which of them nobody can ask to trim. */
export function formatGuests(view: GuestsView, page: Page): string {
  const { guests, findings, takenAt } = view;
  if (guests.length === 0)
    return `${['No guest found, and no agent has connected yet.', ...formatFindings(findings, page)].join('\n')}\n`;
  const seen = guests.flatMap(({ agent }) => (agent === null ? [] : [agent.lastSeenAt]));
  const { texts, offset } = formatInstants(seen, page.timeZone);
  const times = new Map(seen.map((instant, index) => [instant, texts[index] ?? '']));
  const columns: readonly Column[] = [
    { heading: 'NAME', shrink: 'end' },
    { heading: 'STATE' },
    { heading: 'AGENT' },
    { heading: offset === null ? 'HEARD' : `HEARD (${offset})` },
    { heading: 'PROOF' },
    { heading: 'TRIMMABLE' },
    { heading: 'KNOWN FROM', shrink: 'end' },
  ];
  const rows = guests.map((guest): Cell[] => [
    guest.name,
    formatState(guest, { takenAt, timeZone: page.timeZone }),
    // Of an agent of ours also where it is away: what it was.
    guest.inside.kind === 'qemu-ga' ? formatInside(guest.inside) : (guest.agent?.version ?? '-'),
    guest.agent === null ? '-' : (times.get(guest.agent.lastSeenAt) ?? ''),
    formatProof(guest),
    formatTrimmable(guest),
    formatSeenBy(guest),
  ]);
  const [heading = '', ...lines] = formatTable({ columns, rows, width: page.width, paint: page.paint });
  const table = lines.flatMap((line, index) => [line, ...formatWhole({ line, name: guests[index]?.name ?? '' }, page)]);
  return `${[heading, ...table, ...formatFindings(findings, page)].join('\n')}\n`;
}

/** Where nobody else tells of it: an agent of ours, or, of one that never had any, trims that are over. */
function formatSeenBy({ seenBy, agent }: GuestRow): string {
  if (seenBy.length > 0) return seenBy.join(', ');
  return agent === null ? 'history' : 'agent only';
}

/** A name that was cut, since that is what commands want. */
function formatWhole({ line, name }: { line: string; name: string }, { width, paint }: Page): string[] {
  if (line.includes(name)) return [];
  return wrap({ text: name, width, first: '  ' }).map((each) => paint('quiet', each));
}

function formatProof({ proof, isRevoked }: GuestRow): Cell {
  if (isRevoked) return { text: 'revoked', style: 'bad' };
  return { text: proof ?? '-', style: proof === 'word' ? 'unsure' : null };
}

/** Of one that visits: when it comes. */
function formatState(
  { state, agent }: GuestRow,
  { takenAt, timeZone }: { readonly takenAt: string; readonly timeZone: string },
): Cell {
  const { text, style } = STATES[state];
  if (state !== 'visits') return { text, style };
  const next = agent?.nextVisitAt ?? null;
  if (next === null) return { text: 'visits', style };
  const [shown = next] = formatInstants([next], timeZone).texts;
  const [day, time] = shown.split(' ');
  const when = Math.abs(Date.parse(next) - Date.parse(takenAt)) < DAY_MS ? time : day;
  const isLate = isOverdue({ nextVisitAt: Date.parse(next) }, Date.parse(takenAt));
  return isLate ? { text: `missed, ${when}`, style: 'bad' } : { text: `visits, ${when}`, style };
}

const DAY_MS = 24 * 60 * 60_000;

const STATES: Readonly<Record<GuestState, { readonly text: string; readonly style: Style }>> = {
  connected: { text: 'connected', style: 'good' },
  away: { text: 'away', style: 'unsure' },
  visits: { text: 'visits', style: 'good' },
  off: { text: 'off', style: 'quiet' },
  'no-agent': { text: 'no agent', style: 'bad' },
};

function formatTrimmable({ agent, inside, trimmable }: GuestRow): string {
  if (trimmable === null) return agent?.connected === true && inside.kind !== 'qemu-ga' ? 'not yet' : '-';
  return `${trimmable.filesystems} of ${trimmable.outOf}`;
}
