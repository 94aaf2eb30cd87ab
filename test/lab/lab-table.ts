import { HOPS, type Hop } from '@trimtab/protocol/causes';
import { findWrong } from './check-row.ts';
import { MIB } from './lab-case.ts';
import type { LabRow } from './lab-row.ts';
import type { LabReport } from './run-lab.ts';

const NARROW = 11;

/** For a terminal of 80 columns: two lines a case, and more where something is not as expected. */
export function formatTable({ rows }: LabReport): string {
  const head = [
    `${'case'.padEnd(31)}${'verdict'.padEnd(20)}${'lost at'.padEnd(9)}cause`,
    `MiB${toCells([...HOPS, 'image fell'])}`,
  ];
  return `${[...head, ...rows.flatMap(formatRow)].join('\n')}\n`;
}

function formatRow(row: LabRow): string[] {
  const { case: name, verdict, lostAt, cause } = row;
  return [
    `${name.padEnd(31)}${verdict.padEnd(20)}${(lostAt ?? '-').padEnd(9)}${cause ?? '-'}`,
    `   ${toCells(numbersOf(row))}`,
    ...findWrong(row).map((text) => `   NOT AS EXPECTED: ${text}`),
  ];
}

const toCells = (words: readonly string[]): string => words.map((word) => word.padStart(NARROW)).join('');

/** For docs/lab.md. */
export function formatMarkdown({ rows, environment }: LabReport): string {
  const { date, hostKernel, guestKernels, qemu } = environment;
  const columns = ['case', 'path', 'verdict', 'lost at', 'cause', ...HOPS, 'image fell'];
  const lines = rows.map((row) => {
    const { case: name, filesystem, through, bus, image, verdict, lostAt, cause } = row;
    const path = [filesystem, through, bus, image].filter((part) => part !== null).join(', ');
    const link = cause === null ? '' : `[${cause}](causes.md#${cause})`;
    return [`\`${name}\``, path, verdict, lostAt ?? '', link, ...numbersOf(row)];
  });
  return `${[
    '# What do the causes look like on real guests?',
    '',
    'Each row is one disk of one trim on a real guest: what every hop counted, and what the verdict',
    'named. The last column is not from Trimtab: the lab measured it itself, as `st_blocks` of the image',
    'before and after. `npm run lab` makes this table anew, and `npm run lab -- --markdown` this page.',
    '',
    `Measured on ${date} by \`npm run lab\`: ${qemu} without KVM, host with Linux ${hostKernel},`,
    `guests with Linux ${guestKernels.join(' and ')}.`,
    'MiB; `-` means "not measurable here".',
    '',
    toLine(columns),
    toLine(columns.map((_, index) => (index < 5 ? '---' : '---:'))),
    ...lines.map(toLine),
  ].join('\n')}\n`;
}

const toLine = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function numbersOf({ hops, allocationDeltaBytes }: LabRow): string[] {
  return [...HOPS.map((hop: Hop) => hops[`${hop}Bytes`]), allocationDeltaBytes].map((bytes) =>
    bytes === null ? '-' : toMib(bytes),
  );
}

/** Not `-0.0`, which a small growth would be. */
function toMib(bytes: number): string {
  const text = (bytes / MIB).toFixed(1);
  return text === '-0.0' ? '0.0' : text;
}
