import { runCli } from '../../../collector/src/cli/run-cli.ts';
import { restoreKeys, saveKeys } from '../../../collector/src/compose/move-keys.ts';
import type { Desk } from '../../../collector/src/ports/desk/desk.ts';
import type { RemoteDesk } from '../../../collector/src/ports/desk/remote-desk.ts';
import type { Terminal } from '../../../collector/src/ports/terminal.ts';
import { createFakeDesk } from '../api/fake-desk.ts';
import { TIME_ZONE } from './run-trimtab.ts';

/** A command line of `trimtab` in this process, with a desk that notes what it is asked. */
export async function runInProcess(
  args: readonly string[],
  overrides: Partial<Desk> = {},
  outside: { hasService?: () => boolean } = {},
) {
  const written = { out: '', err: '' };
  const sinkOf = (which: 'out' | 'err') => ({
    write(text: string) {
      written[which] += text;
    },
    isTerminal: false,
    isJournal: false,
    gone: new AbortController().signal,
    columns: 80,
    rows: null,
  });
  const terminal: Terminal = {
    out: sinkOf('out'),
    err: sinkOf('err'),
    colours: false,
    timeZone: TIME_ZONE,
    canAsk: false,
    confirm: async () => 'no',
    onInterrupt: () => () => {},
  };
  const desk = createFakeDesk(overrides);
  const exitCode = await runCli({
    args,
    version: '0.0.0',
    environment: {},
    terminal,
    readConfiguration: () => null,
    readSecret: () => ({ text: '', foreign: null, isReadByAll: false }),
    connect: () => desk as unknown as RemoteDesk,
    hasService: outside.hasService ?? (() => false),
    checkServe: async () => ({ faults: [], would: [], notes: [] }),
    explain: async () => [],
    forecastFile: () => Promise.reject(new Error('not asked here')),
    exportHistory: async () => 0,
    importHistory: async () => 0,
    saveKeys,
    restoreKeys,
    pause: { monotonicMs: () => 0, wait: async () => {} },
    serve: async () => {},
  });
  return { exitCode, ...written, said: desk.asked.said };
}

/** Longer than a terminal is wide; what is to be copied as it is may be. */
export const longLines = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line.length > 80 && !/tt1\.|tta1\./.test(line));
