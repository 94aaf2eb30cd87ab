import { readFileSync } from 'node:fs';
import { Fault } from '@trimtab/protocol/shared';
import { expect, it } from 'vitest';
import { tellError, UsageError } from '../../../agent/src/cli/tell-error.ts';

const NOT_SET = new Fault({
  code: 'bad-setting',
  operation: 'start',
  subject: '--collector',
  cause: 'it is not set, so the agent does not know whom to report to',
  hint: 'Set it in /etc/trimtab/agent.toml (collector = "192.0.2.1:7461") or give --collector 192.0.2.1:7461.',
});

function tell(columns: number | null): string {
  const told: string[] = [];
  const write = { out: () => {}, err: (text: string) => void told.push(text) };
  tellError({ error: NOT_SET, isJson: false, isJournal: false, columns, write });
  return told.join('');
}

it('an error fits the terminal, broken between its words, its hint further in', () => {
  expect(tell(80)).toBe(
    `trimtab-agent: cannot start: --collector: it is not set, so the agent does not
  know whom to report to
  Set it in /etc/trimtab/agent.toml (collector = "192.0.2.1:7461") or give
    --collector 192.0.2.1:7461.
`,
  );
});

it('for a file or a pipe it is two lines, whatever their length', () => {
  expect(tell(null).split('\n')).toHaveLength(3);
});

/** In words for a file, and as a document. */
function tellBoth(error: unknown, { isJournal = false } = {}) {
  const told = { out: '', err: '' };
  const put = (to: keyof typeof told) => (text: string) => {
    told[to] += text;
  };
  tellError({ error, isJson: true, isJournal, columns: null, write: { out: put('out'), err: put('err') } });
  return { words: told.err, error: JSON.parse(told.out).error };
}

it.each([
  ['trim', 'trimtab-agent trim --help shows what there is.'],
  ['all', 'trimtab-agent --help shows what there is.'],
] as const)('a wrong usage names the help of its command, in words and in JSON: %s', (about, hint) => {
  expect(tellBoth(new UsageError({ message: 'trim: "srv" is not a mount point', about }))).toEqual({
    words: `trimtab-agent: trim: "srv" is not a mount point\n  ${hint}\n`,
    error: {
      code: 'wrong-usage',
      operation: 'run',
      subject: 'trimtab-agent',
      cause: 'trim: "srv" is not a mount point',
      hint,
    },
  });
});

it('an error of the kernel is told with what could not be done to what, and no word of Node’s', () => {
  const caught = (path: string): unknown => {
    try {
      return readFileSync(path);
    } catch (error) {
      return error;
    }
  };
  expect(tellBoth(caught('/nowhere/a'))).toEqual({
    words: 'trimtab-agent: cannot open /nowhere/a: no such file or directory\n',
    error: {
      code: 'internal',
      operation: 'open',
      subject: '/nowhere/a',
      cause: 'no such file or directory',
      hint: null,
    },
  });
  expect(tellBoth(caught('/tmp')).error).toMatchObject({ operation: 'read', subject: 'trimtab-agent' });
});

it('any other error is told by its words, and for journald with its priority on each line', () => {
  expect(tellBoth(new Error('no'))).toMatchObject({ error: { code: 'internal', cause: 'no', hint: null } });
  expect(tellBoth(NOT_SET, { isJournal: true }).words).toMatch(/^<3>trimtab-agent: .*\n<3> {2}Set it in .*\n$/);
});
