import type { Enrolled, EnrolmentRow, EnrolmentsView } from '../../../model/enrolment.ts';
import { type Cell, formatTable } from '../../table.ts';
import { wrap } from '../../wrap.ts';
import { formatInstant, formatInstants } from '../format-time.ts';
import type { Page } from '../page.ts';
import { formatAskedByShort } from './asked-by.ts';
import { type PartToPaste, tellHarmless, WAY_OF, type WayToJoin } from './ways-to-join.ts';

/** The token, told once, and what is to be done with it. */
export function formatEnrolled(made: Enrolled, way: WayToJoin | null, page: Page): string {
  const { width, timeZone } = page;
  const until = formatInstant({ iso: made.expiresAt, timeZone });
  const whom = made.guest ?? (made.mostUses === 1 ? 'one guest' : `${made.mostUses} guests`);
  const head = wrap({ text: `A token (${made.id}) for ${whom}, until ${until}:`, width });
  const found = `The guest will look for this collector at ${made.addresses.join(', ')}.`;
  const next = `Next: trimtab guests, which shows who has joined. To take the token back: trimtab enroll --withdraw ${made.id}`;
  const told =
    way === null
      ? [...formatPart({ title: 'In the guest, as root:', lines: [made.command] }, page)]
      : formatWay({ made, way }, page);
  return `${[...head, '', `  ${made.token}`, '', ...told, ...wrap({ text: found, width }), ...wrap({ text: next, width })].join('\n')}\n`;
}

function formatWay({ made, way }: { readonly made: Enrolled; readonly way: WayToJoin }, page: Page): string[] {
  const { parts, seenBy } = WAY_OF[way](made);
  const { width } = page;
  return [
    ...parts.flatMap((part) => formatPart(part, page)),
    ...wrap({ text: `${seenBy} ${tellHarmless(made)}`, width }),
    '',
    ...wrap({ text: 'The agent takes the token at its next start (trimtab-agent run).', width }),
  ];
}

/** Lines to be copied are as they are, however long. */
export function formatPart({ title, lines }: PartToPaste, { width }: Page): string[] {
  return [...wrap({ text: title, width }), '', ...lines.map((line) => `  ${line}`), ''];
}

export function formatEnrolments({ enrolments }: EnrolmentsView, page: Page): string {
  if (enrolments.length === 0) return 'No token lets a guest in now. trimtab enroll GUEST makes one.\n';
  const { texts, offset } = formatInstants(
    enrolments.map(({ expiresAt }) => expiresAt),
    page.timeZone,
  );
  const columns = [
    { heading: 'TOKEN' },
    { heading: 'GUEST', shrink: 'end' as const },
    { heading: 'USED' },
    { heading: offset === null ? 'UNTIL' : `UNTIL (${offset})` },
    { heading: 'MADE BY', shrink: 'end' as const },
  ];
  const rows = enrolments.map(({ id, guest, uses, mostUses, madeBy }, index): Cell[] => [
    id,
    guest ?? 'any',
    `${uses} of ${mostUses}`,
    texts[index] ?? '',
    formatAskedByShort(madeBy),
  ]);
  return `${formatTable({ columns, rows, width: page.width, paint: page.paint }).join('\n')}\n`;
}

export function tellWithdrawn({ id, guest, uses }: EnrolmentRow, { width }: Page): string {
  const whose = guest === null ? '' : ` for ${guest}`;
  const joined = uses === 0 ? 'Nobody has joined by it.' : `${uses} joined by it, and stay: trimtab guests.`;
  return `${wrap({ text: `The token ${id}${whose} lets nobody in any more. ${joined}`, width }).join('\n')}\n`;
}
