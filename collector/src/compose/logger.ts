import { createLineQueue, escapeControls, type LineQueue } from '@trimtab/protocol/shared';
import { type Logger, pino } from 'pino';
import { formatJournalLine, formatLogLine } from '../cli/log-line.ts';
import { clock } from '../io/clock.ts';
import { openOutput } from '../io/output-stream.ts';
import { pause } from '../io/pause.ts';
import type { Terminal, TextSink } from '../ports/terminal.ts';

/** What waits of the log while whoever reads it stands still; what comes then is dropped and counted. */
export const MOST_WAITING_LOG_BYTES = 1024 * 1024;

const STDOUT = 1;

/** How long the last lines have at the end. */
const LAST_LINES_MS = 1_000;
const BETWEEN_TRIES_MS = 20;

type LogReader = Pick<TextSink, 'isTerminal' | 'isJournal'> & Pick<Terminal, 'timeZone'>;

export interface OwnLog {
  readonly logger: Logger;
  /** Resolves when all is written, or whoever reads it has had a second for it. */
  end(): Promise<void>;
}

/**
 * The log of `trimtab serve` on stdout: short lines where a person or journald reads it, JSON lines for other programs.
 * It is told at once, and nothing waits for it: what cannot be written is dropped and counted (`createLineQueue`).
 */
export function createLogger(reader: LogReader): OwnLog {
  const format = logFormatOf(reader);
  const queue = createLineQueue({
    write: openOutput({ fd: STDOUT }),
    after: clock.after,
    tellLost: ({ lines, cause }) =>
      format(`${JSON.stringify({ level: 40, time: clock.now(), lines, cause, msg: 'lines of this log were lost' })}\n`),
    mostBytes: MOST_WAITING_LOG_BYTES,
  });
  return {
    logger: pino({ base: null }, { write: (line: string) => queue.add(format(line)) }),
    end: () => writeOut(queue),
  };
}

/** Who reads the log decides what a line of it looks like; it is made of one line of pino's JSON. */
export function logFormatOf({ isTerminal, isJournal, timeZone }: LogReader): (json: string) => string {
  if (isTerminal) return (json) => formatLogLine({ json, timeZone });
  return isJournal ? formatJournalLine : escapeControls;
}

async function writeOut(queue: LineQueue): Promise<void> {
  const untilMs = pause.monotonicMs() + LAST_LINES_MS;
  while (!queue.flush() && pause.monotonicMs() < untilMs) await pause.wait(BETWEEN_TRIES_MS);
}
