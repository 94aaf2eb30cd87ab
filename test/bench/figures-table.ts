import type { Figure, Measured } from './benchmark.ts';

export type Result = Figure & Measured;

export function isMet({ value, ...figure }: Result): boolean {
  switch (figure.bound) {
    case 'at most':
      return value <= figure.bar;
    case 'at least':
      return value >= figure.bar;
    case 'between':
      return figure.bar[0] <= value && value <= figure.bar[1];
  }
}

/** One line of `--json`. */
export function formatJson({ figure, value, unit, against, bar }: Result): string {
  return JSON.stringify({ figure, value, unit, against, bar });
}

/** Two lines a figure, within 80 columns: the value and its bar, and below them what it was measured against. */
export function formatTable(results: readonly Result[]): string {
  const rows = results.map((result) => {
    const { figure, value, unit, decimals } = result;
    const cells = [
      figure.padEnd(NAME_WIDTH),
      value.toFixed(decimals).padStart(VALUE_WIDTH),
      unit.padEnd(UNIT_WIDTH),
      formatBar(result).padEnd(BAR_WIDTH),
      isMet(result) ? 'met' : 'MISSED',
    ];
    return [cells.join(' '), ...wrap(`against ${result.against}`, WIDTH - INDENT.length).map((line) => INDENT + line)];
  });
  const heading = ['figure'.padEnd(NAME_WIDTH), 'value'.padStart(VALUE_WIDTH), ''.padEnd(UNIT_WIDTH), 'bar'].join(' ');
  return `${[heading, ...rows.flat()].join('\n')}\n`;
}

function formatBar({ bound, bar }: Result): string {
  return typeof bar === 'number' ? `${bound} ${bar}` : bar.join(' to ');
}

const WIDTH = 80;
const INDENT = '  ';
const NAME_WIDTH = 24;
const VALUE_WIDTH = 9;
const UNIT_WIDTH = 12;
const BAR_WIDTH = 16;

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
