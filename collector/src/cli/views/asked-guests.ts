import { groupDigits } from '@trimtab/protocol/shared';
import type { AskedGuests } from '../../ports/desk/trims.ts';
import { type Cell, type Column, formatTable } from '../table.ts';
import { wrap } from '../wrap.ts';
import type { Page } from './page.ts';

/** The rest is in JSON. */
const SHOWN = 20;
/** Different ones. */
const HINTS_SHOWN = 5;

const COLUMNS: readonly Column[] = [
  { heading: 'NOT ASKED', shrink: 'end' },
  { heading: 'WHY', shrink: 'end' },
];

/** Whom `trimtab trim --all` has asked, and whom it has not. */
export function formatAskedGuests({ asked, refused }: AskedGuests, page: Page): string {
  const { width } = page;
  const lines = wrap({ text: tellAsked(asked.length), width });
  if (refused.length === 0) return `${lines.join('\n')}\n`;
  const rows = refused
    .slice(0, SHOWN)
    .map(({ guest, error }): Cell[] => [guest, { text: error.cause, style: 'unsure' }]);
  const more = refused.length - rows.length;
  const hints = [...new Map(refused.flatMap((one) => toHint(one))).entries()].slice(0, HINTS_SHOWN);
  return `${[
    ...lines,
    '',
    ...formatTable({ columns: COLUMNS, rows, width, paint: page.paint }),
    ...(more === 0 ? [] : wrap({ text: `and ${groupDigits(String(more))} more: --json lists them`, width })),
    '',
    ...hints.flatMap(([hint, guest]) => wrap({ text: `${guest}: ${hint}`, width, rest: '  ' })),
  ].join('\n')}\n`;
}

function tellAsked(count: number): string {
  if (count === 0) return 'No guest was asked to trim.';
  const guests = count === 1 ? '1 guest' : `${groupDigits(String(count))} guests`;
  return `Asked ${guests} to trim. What comes of it will be in the history: trimtab history`;
}

/** One guest stands for all of one hint. */
function toHint({ guest, error }: AskedGuests['refused'][number]): readonly (readonly [string, string])[] {
  return error.hint === null ? [] : [[error.hint, guest]];
}
