import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readAgentCommands } from '../../packaging/commands/agent-commands.ts';
import { readCollectorCommands } from '../../packaging/commands/collector-commands.ts';
import { formatBashCompletion } from '../../packaging/texts/bash-completion.ts';
import { formatFishCompletion } from '../../packaging/texts/fish-completion.ts';
import { formatZshCompletion } from '../../packaging/texts/zsh-completion.ts';

const SHELLS = { bash: formatBashCompletion, zsh: formatZshCompletion, fish: formatFishCompletion } as const;

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-completions-'));
  const programs = { trimtab: await readCollectorCommands(), 'trimtab-agent': readAgentCommands() };
  for (const [shell, format] of Object.entries(SHELLS))
    for (const [name, program] of Object.entries(programs))
      await writeFile(
        join(folder, `${shell === 'zsh' ? '_' : ''}${name}${shell === 'zsh' ? '' : `.${shell}`}`),
        format(program),
      );
});

afterAll(() => rm(folder, { recursive: true, force: true }));

function run(command: string, ...args: readonly string[]): string {
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', cwd: folder });
  expect(stderr).toBe('');
  return stdout;
}

/** What bash offers for the last of these words. */
function inBash(...words: readonly string[]): readonly string[] {
  const [program = ''] = words;
  const script = `source ./${program}.bash; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _${program.replaceAll('-', '_')}; printf '%s\\n' "\${COMPREPLY[@]}"`;
  return run('bash', '-c', script, 'bash', ...words)
    .trim()
    .split('\n');
}

it('bash offers commands, their commands, and the flags of each', () => {
  expect(inBash('trimtab', 'gu')).toEqual(['guests']);
  expect(inBash('trimtab', 'guests', 're')).toEqual(['revoke', 'reinstate', 'rename']);
  expect(inBash('trimtab', 'guests', 'approve', '--a')).toEqual(expect.arrayContaining(['--as', '--api', '--api-pin']));
  expect(inBash('trimtab', '--vers')).toEqual(['--version']);
  expect(inBash('trimtab-agent', 'probe', '--')).toEqual(['--explain', '--json', '--root', '--help']);
});

it('bash offers files where a flag takes one, and nothing where it takes another value', () => {
  expect(inBash('trimtab-agent', 'join', '--token-file', 'trimtab.ba')).toEqual(['trimtab.bash']);
  expect(inBash('trimtab', 'report', '--since', '')).toEqual(['']);
});

it('fish offers the same', () => {
  const offered = (line: string) =>
    run('fish', '--no-config', '-c', `source ./trimtab.fish; complete --do-complete=${JSON.stringify(line)}`)
      .trim()
      .split('\n')
      .map((each) => each.split('\t')[0]);
  expect(offered('trimtab gu')).toEqual(['guests']);
  expect(offered('trimtab guests re')).toEqual(['rename', 'reinstate', 'revoke'].toSorted());
  expect(offered('trimtab guests approve --as')).toEqual(['--as']);
});

it('zsh reads it, and has a function of each command', () => {
  // As compinit has it: the file is a function, which calls the one of the program when something is completed.
  const script = 'fpath=(. $fpath); source ./_trimtab 2>/dev/null; whence -w _trimtab_serve _trimtab_guests_approve';
  expect(run('zsh', '-f', '-c', script)).toBe('_trimtab_serve: function\n_trimtab_guests_approve: function\n');
});
