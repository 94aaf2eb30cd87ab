import { ALARM_THRESHOLD, type Bars } from './bars.ts';
import type { Case } from './cases.ts';
import { OURS, type Verdicts } from './judge.ts';
import * as scores from './scores.ts';

/** Who did how well, over all cases. */
export function formatForecasters(verdicts: readonly Verdicts[]): string {
  const rows = verdicts.map(({ name, judged, ms }) => [
    name,
    fixed(scores.medianError(judged)),
    percent(scores.unanswered(judged)),
    percent(scores.coverage(judged)),
    fixed(scores.intervalScore(judged)),
    withDecimals(4)(scores.brierScore(judged)),
    `${scores.falseAlarms({ judged, threshold: ALARM_THRESHOLD })}`,
    `${scores.falseAlarms({ judged, threshold: 0.2 })}`,
    fixed(ms),
  ]);
  return formatRows(['', 'error', 'none', 'cover', 'interval', 'Brier', '>0.5', '>0.2', 'ms'], rows);
}

/** Ours and the alternatives by kind of series, of the real ones by curve. */
export function formatKinds(verdicts: readonly Verdicts[]): string {
  const kinds = [...new Set(verdicts.flatMap(({ judged }) => judged.map(({ asked }) => rowOf(asked))))];
  const rows = kinds.map((kind) => {
    const judgedBy = (name: string) =>
      (verdicts.find((one) => one.name === name)?.judged ?? []).filter(({ asked }) => rowOf(asked) === kind);
    const [ours, linear30, linear90, window, resampled] = [
      OURS,
      'linear 30 d',
      'linear 90 d',
      'Chamness',
      'bootstrap',
    ].map(judgedBy);
    const error = (judged = ours) => fixed(scores.medianError(judged ?? []));
    return [
      kind,
      `${scores.reachedCount(linear30 ?? [])}/${linear30?.length}`,
      error(ours),
      [linear30, linear90, window].map(error).join(' '),
      percent(scores.coverage(ours ?? [])),
      [ours, resampled].map((judged = []) => withDecimals(1)(scores.intervalScore(judged))).join(' '),
      [ours, linear30, resampled].map((judged = []) => withDecimals(3)(scores.brierScore(judged))).join(' '),
    ];
  });
  return formatRows(['', 'reached', 'error', '30d 90d Ch.', 'cover', 'interval/boot', 'Brier/30d/boot'], rows);
}

function rowOf({ kind, series }: Case): string {
  return kind === 'real' ? series : kind;
}

/** `late` are the same with the capacities that were reached after more than two years. */
export function formatBars({ bars, late }: { bars: Bars; late: Bars }): string {
  const values = ({ coverage, sharpness, error, errorOfBest, brier, falseAlarms }: Bars) => [
    `${withDecimals(1)(coverage)} %`,
    ...[sharpness, error, errorOfBest, brier].map(withDecimals(3)),
    `${falseAlarms}`,
  ];
  const [within, all] = [values(bars), values(late)];
  const rows = BARS.map(([name, bar], index) => [name, within[index] ?? '', bar, all[index] ?? '']);
  return formatRows(['', 'value', 'bar', 'with later than 2 years'], rows);
}

const BARS = [
  ['coverage', '75 to 88 %'],
  ['interval score / bootstrap', 'at most 1'],
  ['error / linear 30 d', 'at most 0.6'],
  ['error / best of four', 'at most 0.8'],
  ['Brier / better of two', 'below 1'],
  ['false alarms', '0'],
] as const;

function formatRows(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [heading, ...rows];
  const widths = heading.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) =>
    row.map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0))),
  );
  return lines.map((cells) => `${cells.join('  ')}\n`).join('');
}

const fixed = withDecimals(2);

function withDecimals(decimals: number): (value: number) => string {
  return (value) => (Number.isNaN(value) ? '-' : value.toFixed(decimals));
}

function percent(part: number): string {
  return Number.isNaN(part) ? '-' : `${(100 * part).toFixed(0)}%`;
}
