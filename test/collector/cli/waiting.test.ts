import { beforeEach, expect, it } from 'vitest';
import { createWaiting, type Waiting } from '../../../collector/src/cli/waiting.ts';
import type { Terminal } from '../../../collector/src/ports/terminal.ts';

/** What was written to stderr and stdout, in its order. */
let written: string[];
let silenceIsOver: (() => void) | null;

beforeEach(() => {
  written = [];
  silenceIsOver = null;
});

function createWaitingOn({ isTerminal }: { isTerminal: boolean }): Waiting {
  const sink = {
    write: (text: string) => void written.push(text),
    isTerminal,
    isJournal: false,
    gone: new AbortController().signal,
    columns: 80,
    rows: isTerminal ? 24 : null,
  };
  const terminal: Terminal = {
    out: sink,
    err: sink,
    colours: false,
    canAsk: isTerminal,
    timeZone: 'UTC',
    async confirm(question) {
      written.push(question);
      return 'yes';
    },
    onInterrupt: () => () => {},
  };
  const pause = {
    monotonicMs: () => 0,
    wait: (_delayMs: number, signal?: AbortSignal) =>
      new Promise<void>((resolve) => {
        silenceIsOver = resolve;
        signal?.addEventListener('abort', () => resolve());
      }),
  };
  return createWaiting({ terminal, pause });
}

async function letSilencePass(): Promise<void> {
  silenceIsOver?.();
  await Promise.resolve();
  await Promise.resolve();
}

const ERASED = '\r\u001b[2K';

it('says that it waits, and takes the words back before the first of the command', async () => {
  const { terminal, begin, end } = createWaitingOn({ isTerminal: true });
  begin();
  expect(written).toEqual([]);
  await letSilencePass();
  terminal.out.write('answer\n');
  terminal.out.write('more\n');
  end();
  expect(written).toEqual(['waiting for the collector…', ERASED, 'answer\n', 'more\n']);
});

it('takes the words back before a question, and where the command ends without a word', async () => {
  for (const stop of [({ terminal }: Waiting) => void terminal.confirm('Sure?'), ({ end }: Waiting) => end()]) {
    written = [];
    const waiting = createWaitingOn({ isTerminal: true });
    waiting.begin();
    await letSilencePass();
    stop(waiting);
    expect(written.slice(0, 2)).toEqual(['waiting for the collector…', ERASED]);
  }
});

it.each([
  ['the answer comes at once', true],
  ['stderr is no terminal', false],
])('is silent where %s', async (_where, isTerminal) => {
  const { terminal, begin } = createWaitingOn({ isTerminal });
  begin();
  if (isTerminal) terminal.out.write('answer\n');
  await letSilencePass();
  expect(written).toEqual(isTerminal ? ['answer\n'] : []);
});
