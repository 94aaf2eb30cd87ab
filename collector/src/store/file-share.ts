/** Of a database file, in bytes. */
const PAGE = 4096;
/** Of a page of rows, what is not its header; a row has its lengths and its place besides. */
const ROOM = PAGE - 12;
const BESIDE_ROW = 10;
/** Of a long row, what stays on the page of rows at the most and at the least, and what fits on each page besides. */
const MOST_LOCAL = PAGE - 35;
const LEAST_LOCAL = 489;
const OVERFLOW = PAGE - 4;

/**
 * What a row of so many bytes takes of the file, with its part of what no row fits into (sqlite.org/fileformat2.html,
 * 1.5 and 1.6): two of 2,100 bytes do not share a page.
 */
export function shareOfFile(rowBytes: number): number {
  if (rowBytes <= MOST_LOCAL) return PAGE / Math.max(1, Math.floor(ROOM / (rowBytes + BESIDE_ROW)));
  const wanted = LEAST_LOCAL + ((rowBytes - LEAST_LOCAL) % OVERFLOW);
  const local = wanted > MOST_LOCAL ? LEAST_LOCAL : wanted;
  return Math.ceil((rowBytes - local) / OVERFLOW) * PAGE + shareOfFile(local);
}
