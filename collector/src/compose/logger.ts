import { type Logger, pino } from 'pino';
import { formatJournalLine, formatLogLine } from '../cli/log-line.ts';
import type { TextSink } from '../ports/terminal.ts';

/**
 * The log of `trimtab serve` on stdout: short lines where a person or journald reads it, JSON lines for other programs.
 */
export function createLogger({ isTerminal, isJournal, write }: TextSink): Logger {
  // Synchronous, without a worker: the last line before an end is written too.
  if (!isTerminal && !isJournal) return pino({ base: null }, pino.destination({ dest: 1, sync: true }));
  const format = isTerminal ? formatLogLine : formatJournalLine;
  return pino({ base: null }, { write: (line: string) => write(format(line)) });
}
