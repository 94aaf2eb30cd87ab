import { fstatSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { WriteStream } from 'node:tty';
import type { Terminal, TextSink } from '../ports/terminal.ts';

const DEFAULT_COLUMNS = 80;

/** What went wrong when words of a command were written, but for a reader that left: the first is the one to tell. */
const failures: Error[] = [];
/** What something was written to. Nothing, written to a file on a read-only disk, is an error as well. */
const used = new Set<WriteStream>();

/** The terminal of this process, or what stands in its place. */
export const terminal: Terminal = {
  out: createSink(process.stdout),
  err: createSink(process.stderr),
  colours: process.stdout.isTTY === true && !process.env.NO_COLOR,
  timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
  canAsk: process.stdin.isTTY === true && process.stderr.isTTY === true,
  confirm: askOnTerminal,
  onInterrupt(call) {
    process.on('SIGINT', call);
    return () => process.off('SIGINT', call);
  },
};

/** Resolves when all that was written has gone out, with what went wrong then; null: nothing. */
export async function written(): Promise<Error | null> {
  for (const stream of used)
    await new Promise<void>((resolve) => {
      stream.write('', () => resolve());
    });
  return failures[0] ?? null;
}

/**
 * systemd.exec(5): JOURNAL_STREAM is `DEVICE:INODE` of what journald reads, and is inherited by those whose streams
 * lead elsewhere.
 */
function isJournal(descriptor: number): boolean {
  const stream = process.env.JOURNAL_STREAM;
  if (stream === undefined) return false;
  try {
    const { dev, ino } = fstatSync(descriptor);
    return stream === `${dev}:${ino}`;
  } catch {
    return false;
  }
}

function createSink(stream: WriteStream & { readonly fd: number }): TextSink {
  const leaving = new AbortController();
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') failures.push(error);
    leaving.abort();
  });
  return {
    write: (text) => {
      if (leaving.signal.aborted) return;
      used.add(stream);
      stream.write(text);
    },
    gone: leaving.signal,
    isTerminal: stream.isTTY === true,
    isJournal: isJournal(stream.fd),
    get columns() {
      return stream.columns ?? DEFAULT_COLUMNS;
    },
    get rows() {
      return stream.isTTY === true ? stream.rows : null;
    },
  };
}

function askOnTerminal(question: string): ReturnType<Terminal['confirm']> {
  const lines = createInterface({ input: process.stdin, output: process.stderr });
  return new Promise((resolve) => {
    // The terminal is in raw mode meanwhile: Ctrl-C comes as a key, and Ctrl-D closes it without an answer.
    lines.once('SIGINT', () => {
      resolve('interrupted');
      lines.close();
    });
    lines.once('close', () => resolve('no'));
    lines.question(`${question} [y/N] `, (answer) => {
      resolve(/^y(?:es)?$/i.test(answer.trim()) ? 'yes' : 'no');
      lines.close();
    });
  });
}
