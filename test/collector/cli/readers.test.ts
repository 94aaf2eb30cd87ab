import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BUNDLE } from '../../agent/support/agent-program.ts';
import { COLLECTOR_BIN } from '../../support/programs/own-programs.ts';
import { runInShell } from '../../support/programs/shell-pipe.ts';
import { createFakeDesk } from '../api/fake-desk.ts';
import { type ServedDesk, serveDesk } from '../api/served-desk.ts';

// Both programs, and a reader that leaves, or a disk that has no room for what they say.

let served: ServedDesk;
beforeAll(async () => {
  served = await serveDesk(createFakeDesk());
});
afterAll(() => served.close());

const trimtab = (...args: readonly string[]) => [
  process.execPath,
  COLLECTOR_BIN,
  ...args,
  '--socket',
  served.socketPath,
];
const agent = (...args: readonly string[]) => [process.execPath, BUNDLE, ...args];

describe('a reader that leaves ends no command with an error', () => {
  it.each([
    { verb: 'guests', usual: 0 },
    { verb: 'status', usual: 0 },
    { verb: 'history', usual: 0 },
    // It finds something.
    { verb: 'doctor', usual: 1 },
  ])('trimtab $verb | head -1 ends with $usual', async ({ verb, usual }) => {
    const { exitCode, stdout, stderr } = await runInShell(trimtab(verb), '| head -1');
    expect({ exitCode, stderr, lines: stdout.split('\n').length }).toEqual({ exitCode: usual, stderr: '', lines: 2 });
    expect(await runInShell(trimtab(verb, '--json'), '| true')).toEqual({ exitCode: usual, stdout: '', stderr: '' });
  });

  it('trimtab status --watch | head -3 ends, with 0', async () => {
    const { exitCode, stderr } = await runInShell(trimtab('status', '--watch'), '| head -3');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  });

  it('also where nobody reads the errors: the exit code is the usual one', async () => {
    const { exitCode } = await runInShell(trimtab('history', 'nobody'), '2>&1 | true');
    expect(exitCode).toBe(1);
  });

  it('trimtab-agent probe | head -1', async () => {
    const { exitCode, stdout, stderr } = await runInShell(agent('probe'), '| head -1');
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout).toMatch(/^guest /);
    expect(await runInShell(agent('probe', '--json'), '| true')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
  });
});

describe('an answer that could not be written is an error', () => {
  it.each([
    { name: 'trimtab', command: () => trimtab('guests') },
    { name: 'trimtab', command: () => trimtab('guests', '--json') },
    { name: 'trimtab-agent', command: () => agent('probe') },
    { name: 'trimtab-agent', command: () => agent('probe', '--json') },
  ])('of $name in one sentence, with what to do', async ({ name, command }) => {
    const { exitCode, stderr } = await runInShell(command(), '>/dev/full');
    expect(exitCode).toBe(1);
    expect(stderr).toBe(
      `${name}: cannot write the answer: the output of this command: no space left on device\n  Make room there, or send it elsewhere; df -h shows which disk is full.\n`,
    );
  });
});
