import { spawnSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { readAgentPrograms } from '../../packaging/commands/agent-commands.ts';
import { readCollectorCommands } from '../../packaging/commands/collector-commands.ts';
import { type CommandPage, listPages } from '../../packaging/commands/command.ts';
import { formatManPage, manName } from '../../packaging/texts/man-page.ts';
import { AGENT_BUNDLE, COLLECTOR_BIN } from '../support/programs/own-programs.ts';

const [agent, starter] = await readAgentPrograms();
const collector = await readCollectorCommands();
const programs = [agent, starter, collector].filter((each) => each !== undefined);
const pages = programs.flatMap(listPages).map((page): [string, CommandPage] => [page.words.join(' '), page]);

const format = (page: CommandPage) =>
  formatManPage({ page, related: ['trimtab'], files: [], version: '1.2.3', epoch: 1_700_000_000 });

/** What a person sees of it. */
function render(page: CommandPage): string {
  const { stdout } = spawnSync('mandoc', ['-Tutf8', '-Owidth=78'], { input: format(page), encoding: 'utf8' });
  // Bold and underlined letters are a letter, a backspace and a letter.
  const parts = stdout.split('\b');
  return parts.map((part, index) => (index < parts.length - 1 ? part.slice(0, -1) : part)).join('');
}

/** What the program itself says, of the build that people have. */
function help({ words }: CommandPage): string {
  const [program = '', ...below] = words;
  const script = program === 'trimtab' ? COLLECTOR_BIN : AGENT_BUNDLE;
  return spawnSync(process.execPath, [script, ...below, '--help'], { encoding: 'utf8' }).stdout;
}

const flagsIn = (text: string) =>
  [...new Set([...text.matchAll(/(?<![\w-])--[a-z][a-z-]*[a-z]/g)].map(([flag]) => flag))].sort();

it('every command has a page', () => {
  expect(pages.map(([name]) => name)).toEqual(
    expect.arrayContaining(['trimtab', 'trimtab serve', 'trimtab guests approve', 'trimtab-agent run']),
  );
  expect(pages.length).toBeGreaterThan(35);
});

it.each(pages.filter(([name]) => name !== 'trimtab-agent-starter'))(
  'the page of %s has the flags of its help, and no others',
  (_, page) => {
    const shown = flagsIn(
      format(page)
        .replace(/\\f[BIR]/g, '')
        .replaceAll('\\-', '-'),
    );
    expect(shown.filter((flag) => !['--help', '--version'].includes(flag))).toEqual(
      flagsIn(help(page)).filter((flag) => !['--help', '--version'].includes(flag)),
    );
  },
);

it.each(pages)('the page of %s says what its help says, and mandoc finds nothing in it', (_, page) => {
  const { stdout, stderr } = spawnSync('mandoc', ['-Tlint', '-Wwarning'], { input: format(page), encoding: 'utf8' });
  expect(stdout + stderr).toBe('');
  const shown = render(page).replace(/\s+/g, ' ');
  expect(shown).toContain(`${manName(page)} - ${page.summary}`);
  for (const { text } of page.options) expect(shown.replaceAll('- ', '-')).toContain(text.replaceAll('- ', '-'));
});
