import type { Terminal } from '../ports/terminal.ts';
import { createPaint } from './paint.ts';
import type { Page } from './views/page.ts';

/** In fewer columns a table is cut so much that nobody can read it. */
const LEAST_COLUMNS = 60;

export function pageOf({ out, colours, timeZone }: Terminal): Page {
  return { width: Math.max(LEAST_COLUMNS, out.columns), paint: createPaint(colours), timeZone };
}
