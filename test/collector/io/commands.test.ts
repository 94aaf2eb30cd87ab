import { expect, it } from 'vitest';
import { createCommands } from '../../../collector/src/io/commands.ts';

const commands = createCommands();
const run = (file: string, ...args: string[]) => commands.run({ file, args, timeoutMs: 10_000 });

it('gives arguments as they are, no shell between', async () => {
  const text = '$(echo x) `y` ; "z"';
  expect(await run('printf', '%s', text)).toEqual({ kind: 'ended', exitCode: 0, stdout: text, stderr: '' });
});

it('answers with the exit status and in the C locale', async () => {
  expect(await run('ls', '/no such folder')).toMatchObject({
    kind: 'ended',
    exitCode: 2,
    stderr: expect.stringContaining('No such file or directory'),
  });
  expect(await run('sh', '-c', 'echo $LC_ALL')).toMatchObject({ stdout: 'C\n' });
});

it('says that a program is not there', async () => {
  expect(await run('trimtab-no-such-program')).toEqual({ kind: 'missing' });
  expect(await createCommands({ searchPath: '/nowhere' }).run({ file: 'printf', args: [], timeoutMs: 1000 })).toEqual({
    kind: 'missing',
  });
});

it('has no exit status for a program that had to be stopped', async () => {
  expect(await commands.run({ file: 'sleep', args: ['60'], timeoutMs: 50 })).toMatchObject({ exitCode: null });
  expect(await run('head', '-c', '20000000', '/dev/zero')).toMatchObject({ kind: 'ended', exitCode: null });
});
