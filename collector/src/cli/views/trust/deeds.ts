import type { DeedKind } from '../../../model/deed.ts';
import type { DeedsView } from '../../../model/enrolment.ts';
import { type Cell, formatTable } from '../../table.ts';
import { textWidth } from '../../text-width.ts';
import { wrap } from '../../wrap.ts';
import { formatInstants } from '../format-time.ts';
import type { Page } from '../page.ts';
import { formatAskedByShort } from './asked-by.ts';

const DONE: Readonly<Record<DeedKind, string>> = {
  repair: 'repaired',
  enroll: 'token to join',
  withdraw: 'token withdrawn',
  approve: 'approved',
  dismiss: 'dismissed',
  revoke: 'revoked',
  reinstate: 'reinstated',
  rename: 'renamed',
  forget: 'forgotten',
  'rotate-key': 'key changed',
  'restore-keys': 'keys restored',
  'create-token': 'API token',
  'revoke-token': 'API token ended',
};

/** What people had done, and who they were. Where a line has no room for all of a deed, none of it is cut: it has more. */
export function formatDeeds({ deeds }: DeedsView, page: Page): string {
  if (deeds.length === 0) return 'Nobody has had anything done yet.\n';
  const { texts, offset } = formatInstants(
    deeds.map(({ at }) => at),
    page.timeZone,
  );
  const when = { heading: offset === null ? 'WHEN' : `WHEN (${offset})` };
  const columns = [when, { heading: 'WHAT' }, { heading: 'TO WHAT' }, { heading: 'BY' }, { heading: 'OUTCOME' }];
  const rows = deeds.map(({ kind, subject, askedBy, outcome }, index): Cell[] => [
    texts[index] ?? '',
    DONE[kind],
    subject,
    formatAskedByShort(askedBy),
    outcome ?? '-',
  ]);
  const whole = formatTable({ columns, rows, ...page });
  const plain = formatTable({ columns, rows, ...page, paint: (_, text) => text });
  if (plain.every((line) => textWidth(line) <= page.width)) return `${whole.join('\n')}\n`;
  const [heading, ...lines] = formatTable({
    columns: [when, { heading: 'WHAT' }, { heading: 'BY', shrink: 'end' }],
    rows: deeds.map(({ kind, askedBy }, index) => [texts[index] ?? '', DONE[kind], formatAskedByShort(askedBy)]),
    ...page,
  });
  const below = deeds.map(({ subject, outcome }) =>
    wrap({ text: outcome === null ? subject : `${subject}: ${outcome}`, width: page.width, first: '  ', rest: '    ' }),
  );
  return `${[heading, ...lines.flatMap((line, index) => [line, ...(below[index] ?? [])])].join('\n')}\n`;
}
