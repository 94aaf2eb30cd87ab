import { type CommandPage, listPages, type Option } from '../commands/command.ts';
import { takesFile } from './completed-value.ts';

/** For a folder of zsh's `fpath`. */
export function formatZshCompletion(program: CommandPage): string {
  const [name = ''] = program.words;
  return `#compdef ${name}

${listPages(program).map(formatFunction).join('\n')}
${toName(program)} "$@"
`;
}

function formatFunction(page: CommandPage): string {
  const options = page.options.flatMap(formatOption);
  if (page.commands.length === 0)
    return wrap(page, [`\t_arguments -s ${[...options, "'*:file:_files'"].join(CONTINUED)}`]);
  const commands = page.commands.map(({ words, summary }) => quote(`${escapeSpecial(words.at(-1) ?? '')}:${summary}`));
  const cases = page.commands.map((each) => `\t\t${each.words.at(-1)}) ${toName(each)} ;;`);
  return wrap(page, [
    '\tlocal state line',
    `\t_arguments -s -C ${[...options, "'1: :->command'", "'*:: :->arguments'"].join(CONTINUED)}`,
    '\tcase $state in',
    '\tcommand)',
    `\t\tlocal -a commands=(${commands.join(CONTINUED)})`,
    '\t\t_describe command commands',
    '\t\t;;',
    '\targuments)',
    '\t\tcase $line[1] in',
    ...cases,
    '\t\tesac',
    '\t\t;;',
    '\tesac',
  ]);
}

const CONTINUED = ' \\\n\t\t';

function wrap(page: CommandPage, lines: readonly string[]): string {
  return [`${toName(page)}() {`, ...lines, '}', ''].join('\n');
}

function toName({ words }: CommandPage): string {
  return `_${words.join('_').replaceAll('-', '_')}`;
}

function formatOption({ flags, value, text }: Option): readonly string[] {
  const taken = value === null ? '' : `:${escapeSpecial(value)}:${takesFile(value) ? '_files' : ' '}`;
  const others = flags.length > 1 ? `(${flags.join(' ')})` : '';
  return flags.map((flag) => quote(`${others}${flag}[${escapeSpecial(text)}]${taken}`));
}

/** What _arguments has a meaning for. */
function escapeSpecial(text: string): string {
  return text.replace(/[[\]:\\]/g, '\\$&');
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
