import type { Paint, Style } from './paint.ts';
import { shorten, textWidth } from './text-width.ts';

export interface Column {
  readonly heading: string;
  readonly align?: 'left' | 'right';
  /**
   * May be made narrower where the table is too wide, down to 8 columns, with the ellipsis there; of a path the end
   * says most.
   */
  readonly shrink?: 'start' | 'middle' | 'end';
  /** Not narrower than this, in place of the 8. */
  readonly least?: number;
}

export interface StyledCell {
  readonly text: string;
  /** Follows the text, and stays whole where that is shortened, as far as `LONGEST_TAIL`: what a reader has to type. */
  readonly tail?: string;
  readonly style: Style | null;
}

export type Cell = string | StyledCell;

const GAP = '  ';
const LEAST_WIDTH = 8;
/** Longer than any name that a kernel or QEMU gives a disk. A longer name, which a person chose, is cut too. */
const LONGEST_TAIL = 20;
/** Of the text before a tail at least the first letters. */
const LEAST_HEAD = 4;

/** A table of plain lines that fits the width if its shrinkable columns can give enough. What the cells hold is plain. */
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
  const cells = rows.map((row) => columns.map((_, index) => toStyledCell(row[index] ?? '')));
  const headings = columns.map(({ heading }): WholeCell => ({ text: heading, tail: '', style: 'quiet' }));
  const ofColumn = (index: number) => cells.flatMap((row) => row[index] ?? []);
  const natural = columns.map(({ heading }, index) => widest([heading, ...ofColumn(index).map(toText)]));
  const least = columns.map(({ heading, least: given = LEAST_WIDTH }, index) =>
    Math.max(given, textWidth(heading), ...ofColumn(index).map(leastWidth)),
  );
  const widths = fit({ columns, natural, least, room: width - indent.length - GAP.length * (columns.length - 1) });
  return [headings, ...cells].map((row) => {
    const padded = row.map((cell, index) => {
      const { align, shrink = 'end' } = columns[index] ?? {};
      const columnWidth = widths[index] ?? 0;
      const text = shortenCell(cell, columnWidth, shrink);
      const padding = ' '.repeat(Math.max(0, columnWidth - textWidth(text)));
      return align === 'right' ? padding + paint(cell.style, text) : paint(cell.style, text) + padding;
    });
    return (indent + padded.join(GAP)).trimEnd();
  });
}

type WholeCell = Required<StyledCell>;

function toStyledCell(cell: Cell): WholeCell {
  const { text, tail = '', style } = typeof cell === 'string' ? { text: cell, style: null } : cell;
  return { text, tail: shorten(tail, LONGEST_TAIL, 'middle'), style };
}

const toText = ({ text, tail }: WholeCell): string => text + tail;

const widest = (texts: readonly string[]): number => Math.max(...texts.map(textWidth));

function leastWidth({ text, tail }: WholeCell): number {
  return tail === '' ? 0 : Math.min(textWidth(text), LEAST_HEAD) + textWidth(tail);
}

function shortenCell({ text, tail }: WholeCell, width: number, place: NonNullable<Column['shrink']>): string {
  return shorten(text, width - textWidth(tail), place) + tail;
}

/** Takes from the widest shrinkable column first, so that narrow ones stay whole. */
function fit({
  columns,
  natural,
  least,
  room,
}: {
  columns: readonly Column[];
  natural: readonly number[];
  least: readonly number[];
  room: number;
}): number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, width) => sum + width, 0) - room;
  while (excess > 0) {
    let chosen = -1;
    columns.forEach((column, index) => {
      const width = widths[index] ?? 0;
      if (column.shrink !== undefined && width > (least[index] ?? 0) && width > (widths[chosen] ?? 0)) chosen = index;
    });
    if (chosen === -1) break;
    widths[chosen] = (widths[chosen] ?? 0) - 1;
    excess -= 1;
  }
  return widths;
}
