import type { CommandContext } from '../../collector/src/cli/command-context.ts';
import { runCli } from '../../collector/src/cli/run-cli.ts';
import type { TextSink } from '../../collector/src/ports/terminal.ts';
import { COLLECTOR_VERSION } from '../../collector/src/version.ts';
import type { CommandPage, Term } from './command.ts';
import { parseHelp } from './parse-help.ts';

/** Every command of `trimtab`, by what it says of itself. */
export function readCollectorCommands(): Promise<CommandPage> {
  return readCommand({
    words: ['trimtab'],
    summary: 'measures what trims of virtual machines gave back to their host',
  });
}

async function readCommand({
  words,
  summary,
}: {
  readonly words: readonly string[];
  readonly summary: string;
}): Promise<CommandPage> {
  const help = parseHelp(await askHelp(words.slice(1)));
  const below = help.commands.flatMap((each) => toBelow(words, each));
  const commands: CommandPage[] = [];
  for (const each of below) commands.push(await readCommand(each));
  // The first words of a command's help are the summary again.
  const prose = words.length === 1 ? help.prose : help.prose.slice(1);
  return { words, summary, usage: help.usage, arguments: help.arguments, options: help.options, commands, prose };
}

function toBelow(words: readonly string[], { term, text }: Term) {
  const [name = ''] = term.split(' ');
  return name === 'help' ? [] : [{ words: [...words, name], summary: text }];
}

/** Wide enough that nothing is wrapped. */
const COLUMNS = 100_000;

async function askHelp(words: readonly string[]): Promise<string> {
  let said = '';
  const sink: TextSink = {
    write(text) {
      said += text;
    },
    isTerminal: false,
    isJournal: false,
    columns: COLUMNS,
    rows: null,
    gone: new AbortController().signal,
  };
  await runCli({ args: [...words, '--help'], ...outside(sink) });
  return said;
}

/** Help needs a place to write to, and nothing else of what a command is given. */
function outside(sink: TextSink): Omit<CommandContext, 'finish' | 'interrupts' | 'beginWaiting'> {
  const notForHelp = () => {
    throw new Error('help asks for nothing');
  };
  return {
    version: COLLECTOR_VERSION,
    environment: {},
    terminal: {
      out: sink,
      err: sink,
      colours: false,
      timeZone: 'UTC',
      canAsk: false,
      confirm: notForHelp,
      onInterrupt: () => () => {},
    },
    readConfiguration: notForHelp,
    readSecret: notForHelp,
    connect: notForHelp,
    explain: notForHelp,
    exportHistory: notForHelp,
    importHistory: notForHelp,
    saveKeys: notForHelp,
    restoreKeys: notForHelp,
    forecastFile: notForHelp,
    pause: { wait: notForHelp, monotonicMs: () => 0 },
    serve: notForHelp,
    checkServe: notForHelp,
    hasService: () => false,
  };
}
