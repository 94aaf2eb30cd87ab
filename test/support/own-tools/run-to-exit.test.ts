import { spawn } from 'node:child_process';
import { expect, it } from 'vitest';

const MODULE = new URL('./run-to-exit.ts', import.meta.url).href;

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
  ['SIGHUP', 129],
] as const)('%s in the middle of the work ends with %i, and cleaned up', async (signal, exitCode) => {
  const program = start(`
    await cleanUp.make({ what: 'x', make: async () => {}, undo: async () => console.log('undone') });
    const alive = setInterval(() => {}, 1000);
    console.log('begun');
    await new Promise((resolve) => signal.addEventListener('abort', resolve));
    clearInterval(alive);
    return 0;`);
  await program.says('begun');
  program.kill(signal);
  expect(await program.ended).toMatchObject({ exitCode, stdout: 'begun\nundone\n', stderr: 'stopped; cleaning up\n' });
});

it('a failure that the signal caused and that is seen before it is not told, and changes nothing', async () => {
  const program = start(`console.log('begun'); setTimeout(() => process.kill(process.pid, 'SIGINT'), 50);
    throw new Error('a child ended');`);
  expect(await program.ended).toMatchObject({ exitCode: 130, stderr: 'stopped; cleaning up\n' });
});

it('a failure of the clean-up, and errors that nobody catches, change nothing after a signal', async () => {
  const program = start(`cleanUp.add('y', async () => { throw new Error('busy'); });
    setInterval(() => {}, 1000);
    console.log('begun');
    signal.addEventListener('abort', () => { Promise.reject(new Error('stray')); });
    await new Promise((_, reject) => signal.addEventListener('abort', () => setTimeout(reject, 20, new Error('late'))));`);
  await program.says('begun');
  program.kill('SIGINT');
  const { exitCode, stderr } = await program.ended;
  expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: 'stopped; cleaning up\ncould not clean up y: busy\n' });
});

it('what is being made when the signal comes is undone as well, and nothing is made after it', async () => {
  const program = start(`const slow = cleanUp.make({ what: 'slow',
      make: () => new Promise((resolve) => setTimeout(resolve, 300, 'slow')), undo: async (made) => console.log('undone', made) });
    console.log('begun');
    await slow;
    await cleanUp.make({ what: 'more', make: async () => console.log('made more'), undo: async () => {} });`);
  await program.says('begun');
  program.kill('SIGINT');
  expect(await program.ended).toMatchObject({ exitCode: 130, stdout: 'begun\nundone slow\n' });
});

it('without a signal a failure is told and is 1, caught or not, and what the work returns is the exit code', async () => {
  const undo = `cleanUp.add('z', async () => console.log('undone'));`;
  expect(await start(`${undo} throw new Error('no disk', { cause: new Error('gone') });`).ended).toEqual({
    exitCode: 1,
    stdout: 'undone\n',
    stderr: 'The test could not go on. no disk: gone\n',
  });
  const stray = `${undo} setTimeout(() => { throw new Error('stray'); }, 10); await new Promise(() => {});`;
  expect(await start(stray).ended).toMatchObject({ exitCode: 1, stdout: 'undone\n' });
  expect(await start(`${undo} return 32;`).ended).toEqual({ exitCode: 32, stdout: 'undone\n', stderr: '' });
});

function start(work: string) {
  const script = `const { runToExit } = await import(${JSON.stringify(MODULE)});
    process.exit(await runToExit({ name: 'test', say: (text) => console.error(text), work: async ({ cleanUp, signal }) => { ${work} } }));`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
  const said = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (text: string) => {
      said[name] += text;
    });
  }
  const ended = new Promise<{ exitCode: number | null; stdout: string; stderr: string }>((resolve) => {
    child.once('close', (exitCode) => resolve({ exitCode, ...said }));
  });
  return {
    ended,
    kill: (signal: NodeJS.Signals) => child.kill(signal),
    says: (text: string) => expect.poll(() => said.stdout, { timeout: 20_000 }).toContain(text),
  };
}
