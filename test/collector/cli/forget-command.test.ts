import { Command } from 'commander';
import { expect, it } from 'vitest';
import type { CommandContext } from '../../../collector/src/cli/command-context.ts';
import { addForget } from '../../../collector/src/cli/verbs/forget.ts';
import type { RemoteDesk } from '../../../collector/src/ports/desk/remote-desk.ts';
import { createFakeDesk, FORGETTABLE } from '../api/fake-desk.ts';

async function forget({ answer }: { answer: 'yes' | 'no' }) {
  const desk = createFakeDesk();
  const questions: string[] = [];
  const exits: number[] = [];
  const sink = {
    write() {},
    isTerminal: true,
    isJournal: false,
    columns: 80,
    rows: 24,
    gone: new AbortController().signal,
  };
  const context = {
    terminal: {
      out: sink,
      err: sink,
      canAsk: true,
      async confirm(question: string) {
        questions.push(question);
        return answer;
      },
    },
    environment: { TRIMTAB_SOCKET: '/run/trimtab/api.sock' },
    beginWaiting() {},
    connect: () => desk as unknown as RemoteDesk,
    finish: (exitCode: number) => void exits.push(exitCode),
  } as unknown as CommandContext;
  const program = new Command();
  addForget(program, context);
  await program.parseAsync(['forget', 'db-1'], { from: 'user' });
  return { questions, exits, forgets: desk.asked.forgets };
}

it('what is deleted is the guest that the question was about, whoever has its name by then', async () => {
  const { questions, exits, forgets } = await forget({ answer: 'yes' });
  expect(questions.join()).toMatch(/^db-1: 12 stored trims/);
  expect(forgets).toEqual([
    { guest: 'db-1', dryRun: true },
    { guest: FORGETTABLE, dryRun: false },
  ]);
  expect(exits).toEqual([0]);
});

it('a no deletes nothing', async () => {
  const { exits, forgets } = await forget({ answer: 'no' });
  expect(forgets).toEqual([{ guest: 'db-1', dryRun: true }]);
  expect(exits).toEqual([1]);
});
