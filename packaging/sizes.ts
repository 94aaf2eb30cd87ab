import type { Made } from './make-packages.ts';

const HEAD = ['PACKAGE', 'MB', 'INSTALLED MB', 'SHA-256'] as const;

/** MB are 1,000,000 bytes, the stricter reading. */
export function formatSizes(made: readonly Made[]): string {
  const rows = [
    HEAD,
    ...made.map(({ file, bytes, installedBytes, sha256 }) => [file, toMb(bytes), toMb(installedBytes), sha256]),
  ];
  const widths = HEAD.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const format = (row: readonly string[]) =>
    row
      .map((cell, column) =>
        column === 1 || column === 2 ? cell.padStart(widths[column] ?? 0) : cell.padEnd(widths[column] ?? 0),
      )
      .join('  ')
      .trimEnd();
  return `${rows.map(format).join('\n')}\n`;
}

function toMb(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
