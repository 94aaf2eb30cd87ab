import type { Pause } from '../ports/pause.ts';
import type { Terminal, TextSink } from '../ports/terminal.ts';
import { REWRITE } from './progress.ts';

/** Within a second somebody at a terminal sees that the command is at work. */
const SILENCE_MS = 700;

export interface Waiting {
  /** What the command writes to, and asks on. */
  readonly terminal: Terminal;
  /** The collector is asked: from now on silence is broken. Once, and until the first word of the command. */
  begin(): void;
  /** The command is over. */
  end(): void;
}

/**
 * A line on stderr while an answer is waited for; it goes with the first word that the command writes. Nothing where
 * stderr is no terminal.
 */
export function createWaiting({ terminal, pause }: { terminal: Terminal; pause: Pause }): Waiting {
  const over = new AbortController();
  let isShown = false;
  const end = () => {
    over.abort();
    if (isShown) terminal.err.write(REWRITE);
    isShown = false;
  };
  const endAtWord = (sink: TextSink): TextSink => ({
    write(text) {
      end();
      sink.write(text);
    },
    isTerminal: sink.isTerminal,
    isJournal: sink.isJournal,
    gone: sink.gone,
    get columns() {
      return sink.columns;
    },
    get rows() {
      return sink.rows;
    },
  });
  return {
    terminal: {
      out: endAtWord(terminal.out),
      err: endAtWord(terminal.err),
      colours: terminal.colours,
      canAsk: terminal.canAsk,
      timeZone: terminal.timeZone,
      confirm(question) {
        end();
        return terminal.confirm(question);
      },
      onInterrupt: terminal.onInterrupt,
    },
    begin() {
      if (terminal.err.isTerminal) void breakSilence();
    },
    end,
  };

  async function breakSilence(): Promise<void> {
    await pause.wait(SILENCE_MS, over.signal);
    if (over.signal.aborted) return;
    terminal.err.write('waiting for the collector…');
    isShown = true;
  }
}
