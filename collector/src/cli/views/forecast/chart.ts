import { formatBytes } from '@trimtab/protocol/shared';
import { isDay } from '../../../model/day.ts';
import type { DayLevel, Forecast } from '../../../model/forecast.ts';
import type { Style } from '../../paint.ts';
import type { Page } from '../page.ts';
import { type ChartColumn, type ChartDays, chartDays } from './chart-days.ts';

/** What a chart is drawn with. */
export interface Strokes {
  /** From a part of a cell to a whole one. */
  readonly bars: readonly string[];
  readonly likely: string;
  readonly range: string;
  readonly full: string;
  readonly axis: string;
  readonly tick: string;
  readonly base: string;
}

export const BLOCKS: Strokes = {
  bars: ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'],
  likely: '•',
  range: '░',
  full: '─',
  axis: '│',
  tick: '┴',
  base: '─',
};

/** For a terminal that shows ASCII alone. */
export const ASCII: Strokes = { bars: ['#'], likely: 'o', range: '.', full: '=', axis: '|', tick: '+', base: '-' };

const ROWS = 11;
const LABEL_WIDTH = 9;
/** Where the chart may begin, as parts of the capacity: what nearly fills it would else be one block. */
const BASES = [0.9, 0.75, 0.5, 0.25];

interface Drawn {
  readonly text: string;
  readonly style: Style | null;
}

/** How full it was, how full it will be, and the line of full. */
export function formatChart(
  { levels, capacity, forecast }: { levels: readonly DayLevel[]; capacity: number; forecast: Forecast },
  { page: { width, paint }, strokes }: { page: Page; strokes: Strokes },
): string[] {
  const told = levels.filter(({ day }) => isDay(day));
  if (told.length === 0 || capacity <= 0) return [];
  const days = chartDays({ levels: told, capacity, forecast, columns: width - LABEL_WIDTH - 2 });
  const scale = scaleOf(days.columns, capacity);
  const rows = Array.from({ length: ROWS }, (_, index) => {
    const row = ROWS - 1 - index;
    const cells = days.columns.map((column) => draw({ column, row, scale, strokes }));
    return `${labelOf({ row, scale })} ${paint('quiet', strokes.axis)}${paintRuns(cells, paint)}`.trimEnd();
  });
  const full = `${formatBytes(capacity).padStart(LABEL_WIDTH)} ${paint('bad', strokes.full.repeat(days.columns.length + 1))}`;
  return [full, ...rows, ...formatAxis(days, strokes), formatLegend({ forecast, strokes })];
}

interface Scale {
  readonly base: number;
  readonly capacity: number;
  /** Rows, from 0 to ROWS. */
  heightOf(level: number): number;
}

function scaleOf(columns: readonly ChartColumn[], capacity: number): Scale {
  const levels = columns.flatMap((column) => {
    if (column.kind === 'past') return column.level ?? [];
    return [...(column.likely === null ? [] : [column.likely]), ...(column.range ?? [])];
  });
  const least = Math.min(...levels);
  const base = capacity * (BASES.find((part) => least >= capacity * (part + 0.02)) ?? 0);
  return {
    base,
    capacity,
    heightOf: (level) => ROWS * Math.min(1, Math.max(0, (level - base) / (capacity - base))),
  };
}

function labelOf({ row, scale: { base, capacity } }: { row: number; scale: Scale }): string {
  const isLabelled = row === 0 || row === Math.floor(ROWS / 2);
  const level = row === 0 ? base : base + ((capacity - base) * row) / ROWS;
  return (isLabelled ? formatBytes(level) : '').padStart(LABEL_WIDTH);
}

function draw({
  column,
  row,
  scale,
  strokes: { bars, likely, range },
}: {
  column: ChartColumn;
  row: number;
  scale: Scale;
  strokes: Strokes;
}): Drawn {
  const blank: Drawn = { text: ' ', style: null };
  if (column.kind === 'past') {
    if (column.level === null) return blank;
    const parts = Math.round((scale.heightOf(column.level) - row) * bars.length);
    // What holds anything shows in the lowest row.
    const shown = row === 0 ? Math.max(1, parts) : parts;
    return shown <= 0 ? blank : { text: bars[Math.min(shown, bars.length) - 1] ?? ' ', style: null };
  }
  const isIn = (level: number) => Math.min(ROWS - 1, Math.floor(scale.heightOf(level))) === row;
  if (column.likely !== null && isIn(column.likely)) return { text: likely, style: 'unsure' };
  if (column.range === null) return blank;
  const [low, high] = column.range.map((level) => Math.min(ROWS - 1, Math.floor(scale.heightOf(level))));
  return low !== undefined && high !== undefined && row >= low && row <= high ? { text: range, style: 'quiet' } : blank;
}

/** Cells of one colour together, so that a line has few of its marks. */
function paintRuns(cells: readonly Drawn[], paint: Page['paint']): string {
  let text = '';
  for (let at = 0; at < cells.length; ) {
    const style = cells[at]?.style ?? null;
    let run = '';
    for (; at < cells.length && (cells[at]?.style ?? null) === style; at += 1) run += cells[at]?.text ?? '';
    text += style === null || run.trim() === '' ? run : paint(style, run);
  }
  return text;
}

/** The days below the first column, that of today, and the last. */
function formatAxis({ columns, from, to, today }: ChartDays, { base, tick }: Strokes): string[] {
  const hasFuture = today < columns.length;
  const line = columns.map((_, index) => (hasFuture && index === today - 1 ? tick : base)).join('');
  const indent = ' '.repeat(LABEL_WIDTH + 1);
  const labels = hasFuture ? placeToday({ from, to, at: today, width: columns.length + 1 }) : `${from}`;
  const end = hasFuture ? '' : to.padStart(columns.length + 1 - labels.length);
  return [`${indent}${base}${line}`, `${indent}${labels}${end}`];
}

function placeToday({ from, to, at, width }: { from: string; to: string; at: number; width: number }): string {
  const word = 'today';
  const begin = at - Math.floor(word.length / 2);
  const isFree = begin > from.length && begin + word.length < width - to.length;
  const middle = isFree ? `${from.padEnd(begin)}${word}` : from;
  return `${middle}${to.padStart(width - middle.length)}`;
}

function formatLegend({ forecast, strokes }: { forecast: Forecast; strokes: Strokes }): string {
  const { bars, likely, range, full } = strokes;
  const hasFuture = forecast.kind !== 'full' && forecast.kind !== 'not-enough-data';
  const parts = [
    `${bars.at(-1)} used`,
    ...(hasFuture ? [`${likely} likely`] : []),
    ...(hasFuture && forecast.fullBetween !== null ? [`${range} 80 % between`] : []),
    `${full} full`,
  ];
  return `${' '.repeat(LABEL_WIDTH + 1)}${parts.join('   ')}`;
}
