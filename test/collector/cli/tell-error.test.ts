import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { Fault } from '@trimtab/protocol/shared';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../collector/src/cli/command-context.ts';
import { Interrupted } from '../../../collector/src/cli/interrupts.ts';
import { tellError } from '../../../collector/src/cli/tell-error.ts';
import { formatUsageError } from '../../../collector/src/cli/usage-errors.ts';

/** The collector's own: another package may have brought another one to the root. */
const { CommanderError } = createRequire(new URL('../../../collector/package.json', import.meta.url))(
  'commander',
) as typeof import('commander');

/** What is told of an error of this command, in words and as a document, and the exit code. */
function tell(error: unknown, { verb = null, isJournal = false }: { verb?: string | null; isJournal?: boolean } = {}) {
  const told = { out: '', err: '' };
  const sink = (to: keyof typeof told) => ({
    write: (text: string) => {
      told[to] += text;
    },
    isTerminal: false,
    isJournal,
    columns: 80,
    rows: null,
    gone: new AbortController().signal,
  });
  const exitCode = tellError({ error, verb, terminal: { out: sink('out'), err: sink('err') }, isJson: true });
  return { exitCode, words: told.err, error: told.out === '' ? null : JSON.parse(told.out).error };
}

function caught(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

const badSetting = (subject: string) =>
  new Fault({ code: 'bad-setting', operation: 'read a setting', subject, cause: 'it is not a number', hint: null });

describe('a wrong usage that a command sees itself', () => {
  it.each([
    ['trim', 'trimtab trim --help shows what there is.'],
    [null, 'trimtab --help shows what there is.'],
  ])('of %s names the help of its command, in words and in JSON', (verb, hint) => {
    expect(tell(new UsageError('"home" is not a path'), { verb })).toEqual({
      exitCode: 2,
      words: `trimtab: "home" is not a path\n  ${hint}\n`,
      error: { code: 'wrong-usage', operation: 'run', subject: 'trimtab', cause: '"home" is not a path', hint },
    });
  });

  it('is that of a flag, and not that of a file', () => {
    expect(tell(badSetting('--slots-per-pool')).exitCode).toBe(2);
    expect(tell(badSetting('collector.toml, slots-per-pool')).exitCode).toBe(1);
  });
});

describe('a wrong usage that commander sees', () => {
  it('is told by commander in words, and in JSON without its prefix', () => {
    expect(
      tell(new CommanderError(1, 'commander.unknownOption', "error: unknown option '--x'"), { verb: 'trim' }),
    ).toEqual({
      exitCode: 2,
      words: '',
      error: {
        code: 'wrong-usage',
        operation: 'run',
        subject: 'trimtab',
        cause: "unknown option '--x'",
        hint: 'trimtab trim --help shows what there is.',
      },
    });
    expect(tell(new CommanderError(0, 'commander.help', '(outputHelp)'))).toEqual({
      exitCode: 0,
      words: '',
      error: null,
    });
  });

  it('keeps what it suggests on a line of its own, and has nothing of the command line carried out', () => {
    const text = "error: unknown option '--jsn\u001b[2J\nmore'\n(Did you mean --json?)\n";
    const lines = formatUsageError({ text, verb: 'status' }).split('\n');
    expect(lines).toEqual([
      expect.stringMatching(/^trimtab: unknown option '--jsn/),
      '  (Did you mean --json?)',
      '  trimtab status --help shows what there is.',
      '',
    ]);
    expect(lines[0]).not.toContain('\u001b');
  });
});

describe('an error of the kernel of which nobody made a fault', () => {
  it('is told with what could not be done to what, and no word of Node’s', () => {
    expect(tell(caught(() => readFileSync('/nowhere/a')))).toEqual({
      exitCode: 1,
      words: 'trimtab: cannot open /nowhere/a: no such file or directory\n',
      error: {
        code: 'internal',
        operation: 'open',
        subject: '/nowhere/a',
        cause: 'no such file or directory',
        hint: null,
      },
    });
    expect(tell(caught(() => readFileSync('/tmp'))).error).toMatchObject({ operation: 'read', subject: 'trimtab' });
  });
});

it('an error that journald reads has its priority on each line', () => {
  expect(tell(new UsageError('no'), { isJournal: true }).words).toBe(
    '<3>trimtab: no\n<3>  trimtab --help shows what there is.\n',
  );
});

it('what was interrupted says so', () => {
  expect(tell(new Interrupted('interrupted'))).toMatchObject({ exitCode: 130, error: { code: 'interrupted' } });
});
