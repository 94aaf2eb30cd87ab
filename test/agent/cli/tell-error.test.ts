import { Fault } from '@trimtab/protocol/shared';
import { expect, it } from 'vitest';
import { tellError } from '../../../agent/src/cli/tell-error.ts';

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
