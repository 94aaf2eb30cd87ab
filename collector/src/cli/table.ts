import type { Paint, Style } from './paint.ts';
import { toPlainText } from './plain-text.ts';
import { shorten, textWidth } from './text-width.ts';

export interface Column {
  readonly heading: string;
  readonly align?: 'left' | 'right';
  /** May be made narrower where the table is too wide, down to 8 columns, with the ellipsis there. */
  readonly shrink?: 'middle' | 'end';
}

export type Cell = string | { readonly text: string; readonly style: Style | null };

const GAP = '  ';
const LEAST_WIDTH = 8;

/** A table of plain lines that fits the width if its shrinkable columns can give enough. Cells may hold any text. */
export function formatTable({
  columns,
  rows,
  width,
  indent = '',
  paint,
}: {
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
  width: number;
  indent?: string;
  paint: Paint;
}): string[] {
  const cells = rows.map((row) => columns.map((_, index) => toStyled(row[index] ?? '')));
  const headings = columns.map(({ heading }) => ({ text: heading, style: 'quiet' as const }));
  const natural = columns.map((column, index) =>
    Math.max(textWidth(column.heading), ...cells.map((row) => textWidth(row[index]?.text ?? ''))),
  );
  const widths = fit(columns, natural, width - indent.length - GAP.length * (columns.length - 1));
  return [headings, ...cells].map((row) => {
    const texts = row.map(({ text }, index) => shorten(text, widths[index] ?? 0, columns[index]?.shrink ?? 'end'));
    const padded = row.map(({ style }, index) => {
      const text = texts[index] ?? '';
      const padding = ' '.repeat(Math.max(0, (widths[index] ?? 0) - textWidth(text)));
      if (columns[index]?.align === 'right') return padding + paint(style, text);
      return paint(style, text) + padding;
    });
    return (indent + padded.join(GAP)).trimEnd();
  });
}

function toStyled(cell: Cell): { text: string; style: Style | null } {
  const { text, style } = typeof cell === 'string' ? { text: cell, style: null } : cell;
  return { text: toPlainText(text), style };
}

/** Takes from the widest shrinkable column first, so that narrow ones stay whole. */
function fit(columns: readonly Column[], natural: readonly number[], room: number): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  while (excess > 0) {
    let widest = -1;
    columns.forEach((column, index) => {
      const width = widths[index] ?? 0;
      const least = Math.max(LEAST_WIDTH, textWidth(column.heading));
      if (column.shrink !== undefined && width > least && width > (widths[widest] ?? 0)) widest = index;
    });
    if (widest === -1) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}
