import type { DeedKind } from '../../../model/deed.ts';
import type { DeedsView } from '../../../model/enrolment.ts';
import { type Cell, formatTable } from '../../table.ts';
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

/** What people had done, and who they were. */
export function formatDeeds({ deeds }: DeedsView, page: Page): string {
  if (deeds.length === 0) return 'Nobody has had anything done yet.\n';
  const { texts, offset } = formatInstants(
    deeds.map(({ at }) => at),
    page.timeZone,
  );
  const columns = [
    { heading: offset === null ? 'WHEN' : `WHEN (${offset})` },
    { heading: 'WHAT' },
    { heading: 'TO WHAT', shrink: 'end' as const },
    { heading: 'BY', shrink: 'end' as const },
    { heading: 'OUTCOME', shrink: 'end' as const },
  ];
  const rows = deeds.map(({ kind, subject, askedBy, outcome }, index): Cell[] => [
    texts[index] ?? '',
    DONE[kind],
    subject,
    formatAskedByShort(askedBy),
    outcome ?? '-',
  ]);
  return `${formatTable({ columns, rows, width: page.width, paint: page.paint }).join('\n')}\n`;
}
