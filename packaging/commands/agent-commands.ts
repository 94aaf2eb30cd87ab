import { join } from 'node:path';
import { type HelpTopic, parseArguments } from '../../agent/src/cli/arguments.ts';
import { formatHelp } from '../../agent/src/cli/help.ts';
import { runCommand } from '../../test/support/machine/command.ts';
import type { CommandPage } from './command.ts';
import { parseHelp } from './parse-help.ts';

/** All that the package of the agent brings for people to call. */
export async function readAgentPrograms(): Promise<readonly CommandPage[]> {
  return [readAgentCommands(), await readStarterCommand()];
}

/** Every command of `trimtab-agent`, by what it says of itself. */
export function readAgentCommands(): CommandPage {
  const { usage, options, prose, commands } = parseHelp(formatHelp({ about: 'all' }));
  return {
    words: ['trimtab-agent'],
    summary: 'trims the filesystems of a virtual machine, and reports to its host',
    usage,
    arguments: [],
    options: [...options, ...COMMON],
    commands: commands.map(({ term, text }) => readCommand({ name: term, summary: text })),
    // It is a line between two lists there, and not something to type.
    prose: prose.filter((block) => block.kind !== 'example' || !block.lines.some((line) => line.includes('COMMAND'))),
  };
}

/** The script that says what starts the agent. */
async function readStarterCommand(): Promise<CommandPage> {
  const said = await runCommand('sh', [STARTER, '--help']);
  const { usage, prose } = parseHelp(said);
  return {
    words: ['trimtab-agent-starter'],
    summary: 'say what starts the agent of a guest, or change it',
    usage,
    arguments: [],
    options: [],
    commands: [],
    prose,
  };
}

const STARTER = join(import.meta.dirname, '../files/agent/starter.sh');

/** Told in a sentence of the help, not in its list. */
const COMMON = [
  { flags: ['-h', '--help'], value: null, text: 'tell more of a command' },
  { flags: ['-V', '--version'], value: null, text: 'tell the version' },
];

const HELP = { flags: ['-h', '--help'], value: null, text: 'print this help' };

function readCommand({ name, summary }: { readonly name: string; readonly summary: string }): CommandPage {
  const help = parseHelp(formatHelp({ about: toTopic(name) }));
  return {
    words: ['trimtab-agent', name],
    summary,
    usage: help.usage,
    arguments: help.arguments,
    options: [...help.options.flatMap(splitShared), HELP],
    commands: [],
    prose: help.prose,
  };
}

/** `--state-directory PATH, --root PATH, --config FILE` is a line of help for three options. */
function splitShared(option: CommandPage['options'][number]): CommandPage['options'] {
  const { flags, value, text } = option;
  const values = value?.split(/[ ,]+/) ?? [];
  if (flags.length < 2 || values.length !== flags.length) return [option];
  return flags.map((flag, index) => ({ flags: [flag], value: values[index] ?? null, text }));
}

function toTopic(name: string): HelpTopic {
  const asked = parseArguments({ argv: [name, '--help'] });
  if (asked.kind !== 'help' || asked.about === 'all') throw new Error(`trimtab-agent ${name} has no help`);
  return asked.about;
}
