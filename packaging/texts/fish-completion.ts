import { type CommandPage, listPages, type Option } from '../commands/command.ts';
import { takesFile } from './completed-value.ts';

export function formatFishCompletion(program: CommandPage): string {
  const [name = ''] = program.words;
  const lines = listPages(program).flatMap((page) => [
    ...page.commands.map(({ words, summary }) =>
      complete([...condition(page), '-f', '-a', quote(words.at(-1) ?? ''), '-d', quote(summary)]),
    ),
    ...page.options.map((option) => complete([...condition(page), ...describe(option)])),
  ]);
  return `# fish completion of ${name}\n\n${lines.join('\n')}\n`;

  function complete(words: readonly string[]): string {
    return ['complete', '-c', name, ...words].join(' ');
  }
}

/** When the page is the one that was called: all of its words are there, and none of a command below it. */
function condition({ words, commands }: CommandPage): readonly string[] {
  const seen = words.slice(1).map((word) => `__fish_seen_subcommand_from ${word}`);
  const below = commands.map(({ words: each }) => each.at(-1)).join(' ');
  const all = [...seen, ...(below === '' ? [] : [`not __fish_seen_subcommand_from ${below}`])];
  return all.length === 0 ? [] : ['-n', quote(all.join('; and '))];
}

function describe({ flags, value, text }: Option): readonly string[] {
  const names = flags.flatMap((flag) => (flag.startsWith('--') ? ['-l', flag.slice(2)] : ['-s', flag.slice(1)]));
  const takes = value === null ? [] : takesFile(value) ? ['-r', '-F'] : ['-x'];
  return [...names, ...takes, '-d', quote(text)];
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}
