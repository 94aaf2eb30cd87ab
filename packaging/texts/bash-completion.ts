import { type CommandPage, listPages } from '../commands/command.ts';
import { takesFile } from './completed-value.ts';

/** For bash-completion, which loads it when the program is first completed. */
export function formatBashCompletion(program: CommandPage): string {
  const [name = ''] = program.words;
  const call = `_${name.replaceAll('-', '_')}`;
  const cases = listPages(program).map(
    (page) => `\t${quotePath(page.words)})
\t\tcommands='${page.commands.map(({ words }) => words.at(-1)).join(' ')}'
\t\toptions='${page.options.flatMap(({ flags }) => flags).join(' ')}'
\t\tvalues='${flagsOf(page, (value) => value !== null).join(' ')}'
\t\tfiles='${flagsOf(page, takesFile).join(' ')}'
\t\t;;`,
  );
  return `# bash completion of ${name}

${call}() {
\tlocal current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]}
\tlocal commands options values files word path=${name} index
\tfor ((index = 1; index < COMP_CWORD; index++)); do
\t\tword=\${COMP_WORDS[index]}
\t\t${call}_of "$path"
\t\t[[ " $commands " == *" $word "* ]] && path="$path $word"
\tdone
\t${call}_of "$path"
\tif [[ " $files " == *" $before "* ]]; then
\t\tmapfile -t COMPREPLY < <(compgen -f -- "$current")
\t\tcompopt -o filenames 2>/dev/null
\telif [[ " $values " == *" $before "* ]]; then
\t\tCOMPREPLY=()
\telif [[ $current == -* ]]; then
\t\tmapfile -t COMPREPLY < <(compgen -W "$options" -- "$current")
\telif [[ -n $commands ]]; then
\t\tmapfile -t COMPREPLY < <(compgen -W "$commands" -- "$current")
\telse
\t\tmapfile -t COMPREPLY < <(compgen -f -- "$current")
\t\tcompopt -o filenames 2>/dev/null
\tfi
}

${call}_of() {
\tcommands='' options='' values='' files=''
\tcase "$1" in
${cases.join('\n')}
\tesac
}

complete -F ${call} ${name}
`;
}

function flagsOf(page: CommandPage, takes: (value: string | null) => boolean): readonly string[] {
  return page.options.filter(({ value }) => takes(value)).flatMap(({ flags }) => flags);
}

function quotePath(words: readonly string[]): string {
  return `'${words.join(' ')}'`;
}
