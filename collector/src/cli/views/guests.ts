import type { GuestRow, GuestsView } from '../../model/status.ts';
import { type Cell, type Column, formatTable } from '../table.ts';
import { formatFindings } from './findings.ts';
import { formatInstant } from './format-time.ts';
import type { Page } from './page.ts';

const COLUMNS: readonly Column[] = [
  { heading: 'NAME', shrink: 'end' },
  { heading: 'AGENT' },
  { heading: 'CAN BE TRIMMED' },
  { heading: 'KNOWN FROM', shrink: 'end' },
];

/** Every guest of this host, and which of them nobody can ask to trim. */
export function formatGuests(view: GuestsView, page: Page): string {
  const { findings } = view;
  if (view.guests.length === 0)
    return `${['No guest found, and no agent has connected yet.', ...formatFindings(findings, page)].join('\n')}\n`;
  const rows = view.guests.map((guest): Cell[] => [
    guest.name,
    formatAgent(guest.agent),
    formatTrimmable(guest.inventory),
    guest.seenBy.length === 0 ? 'agent only' : guest.seenBy.join(', '),
  ]);
  const table = formatTable({ columns: COLUMNS, rows, width: page.width, paint: page.paint });
  return `${[...table, ...formatFindings(findings, page)].join('\n')}\n`;
}

function formatAgent(agent: GuestRow['agent']): Cell {
  if (agent === null) return { text: 'none', style: 'bad' };
  if (agent.connected) return { text: `connected (${agent.version})`, style: 'good' };
  return { text: `last seen ${formatInstant(agent.lastSeenAt)} UTC`, style: 'unsure' };
}

function formatTrimmable(inventory: GuestRow['inventory']): string {
  if (inventory === null) return '-';
  const trimmable = inventory.filesystems.filter(({ obstacle }) => obstacle === null);
  return `${trimmable.length} of ${inventory.filesystems.length}`;
}
