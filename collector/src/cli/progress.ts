import type { TrimEvent } from '../model/trim-event.ts';
import type { Pause } from '../ports/pause.ts';
import type { TextSink } from '../ports/terminal.ts';
import { say } from './say.ts';
import { toShown } from './tell-answer.ts';
import { shorten } from './text-width.ts';
import { formatProgress } from './views/trim-progress.ts';

/** ECMA-48: to the first column, erase the line. */
export const REWRITE = '\r\u001b[2K';

export interface Progress {
  show(event: TrimEvent): void;
  /** A line that stays. */
  say(sentence: string): void;
  end(): void;
}

/** The progress of a trim on stderr: one line that is rewritten on a terminal, else a line for each step. */
export function createProgress({ sink, isQuiet }: { sink: TextSink; isQuiet: boolean }): Progress {
  if (isQuiet) return { show: () => {}, say: (sentence) => say(sink, sentence), end: () => {} };
  return sink.isTerminal ? createRewritten(sink) : createLines(sink);
}

function createRewritten(sink: TextSink): Progress {
  let isLineOpen = false;
  const erase = () => {
    if (isLineOpen) sink.write(REWRITE);
    isLineOpen = false;
  };
  return {
    show(event) {
      const line = formatProgress(toShown(event));
      if (line === null) return;
      sink.write(REWRITE + shorten(line, sink.columns - 1, 'end'));
      isLineOpen = true;
    },
    say(sentence) {
      erase();
      say(sink, sentence);
    },
    end: erase,
  };
}

function createLines(sink: TextSink): Progress {
  let lastMount: string | null = null;
  return {
    show(event) {
      // A log wants to know that a filesystem was begun, not each megabyte of it.
      if (event.event === 'progress' && event.mount === lastMount) return;
      if (event.event === 'progress') lastMount = event.mount;
      const line = formatProgress(toShown(event));
      if (line !== null) sink.write(`${line}\n`);
    },
    say: (sentence) => say(sink, sentence),
    end: () => {},
  };
}

/** Nobody is told of what is over sooner. */
const QUIET_MS = 2_000;
const REWRITTEN_EVERY_MS = 200;
const LINE_EVERY_MS = 10_000;

export interface RowsProgress {
  show(rows: number): void;
  end(): void;
}

/** How many rows were moved so far: on a terminal in one line that is rewritten, else in a line now and then. */
export function createRowsProgress({
  sink,
  pause,
  word,
}: {
  sink: TextSink;
  pause: Pick<Pause, 'monotonicMs'>;
  word: 'exported' | 'imported';
}): RowsProgress {
  let dueMs = pause.monotonicMs() + QUIET_MS;
  let isLineOpen = false;
  return {
    show(rows) {
      const nowMs = pause.monotonicMs();
      if (nowMs < dueMs) return;
      dueMs = nowMs + (sink.isTerminal ? REWRITTEN_EVERY_MS : LINE_EVERY_MS);
      const line = `${word} ${rows} rows…`;
      if (sink.isTerminal) sink.write(REWRITE + line);
      else say(sink, line);
      isLineOpen = sink.isTerminal;
    },
    end() {
      if (isLineOpen) sink.write(REWRITE);
    },
  };
}
