import { type Logger, pino } from 'pino';
import { formatLogLine } from '../cli/log-line.ts';
import type { TextSink } from '../ports/terminal.ts';

/** The log of `trimtab serve` on stdout: JSON lines for machines, short lines on a terminal. */
export function createLogger(out: TextSink): Logger {
  // Synchronous, without a worker: the last line before an end is written too.
  if (!out.isTerminal) return pino({ base: null }, pino.destination({ dest: 1, sync: true }));
  return pino({ base: null }, { write: (line: string) => out.write(formatLogLine(line)) });
}
