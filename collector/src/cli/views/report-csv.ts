import type { ReportView } from '../../model/report.ts';

const HEADINGS = [
  'day',
  'guest',
  'trims',
  'trimmed_bytes',
  'trimmed_untold',
  'reclaimed_bytes',
  'reclaimed_untold',
] as const;

/** A line a day and guest, quoted by RFC 4180; lines end as those of this system do. */
export function formatReportCsv({ rows }: ReportView): string {
  const lines = rows.map(({ day, guest, trims, trimmed, reclaimed }) =>
    [day, quote(guest), trims, trimmed.bytes, trimmed.untold, reclaimed.bytes, reclaimed.untold].join(','),
  );
  return [HEADINGS.join(','), ...lines, ''].join('\n');
}

/**
 * A guest chooses its name, and a table that begins a cell with one of these calculates it (OWASP, CSV injection): an
 * apostrophe before it makes it text.
 */
function quote(name: string): string {
  const text = /^[=+\-@\t\r]/.test(name) ? `'${name}` : name;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
