import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, it } from 'vitest';
import { processorTime, textLength } from './movement.ts';
import { GaveUp, waitWhileMoving } from './wait-while-moving.ts';

const STILL = { what: 'a cow flies', find: () => null, standstillMs: 300 };

it('waits longer than any standstill for what moves, and not for what stands still', async () => {
  let text = '';
  const growing = setInterval(() => {
    text += '.';
  }, 100);
  const beganMs = performance.now();
  const movement = [textLength('its log', () => text)];
  const found = () => (performance.now() - beganMs > 1_500 ? 'found' : null);
  expect(await waitWhileMoving({ ...STILL, find: found, movement })).toBe('found');
  clearInterval(growing);
  await expect(waitWhileMoving({ ...STILL, movement, describe: () => 'It ruminates.' })).rejects.toThrow(
    /^waited in vain: a cow flies: nothing moved for 0 s\nLast seen: \d+ characters of its log\nIt ruminates\.$/,
  );
});

it('says why it is not there yet, and ends at once when there is nothing to wait for', async () => {
  const failing = () => Promise.reject(new Error('no wings'));
  await expect(waitWhileMoving({ ...STILL, find: failing, movement: [] })).rejects.toThrow('no wings');
  const givingUp = () => Promise.reject(new GaveUp('it is a bull'));
  await expect(waitWhileMoving({ ...STILL, find: givingUp, movement: [] })).rejects.toThrow(/^it is a bull$/);
});

it('takes a process that computes, or a child of it, for one that moves, an idle one not, and one that is gone ends the wait', async () => {
  const busy = run('sh', ['-c', 'sh -c "while :; do :; done"; true']);
  const idle = run('sleep', ['1000']);
  try {
    const wait = (child: ChildProcess, step: number) =>
      waitWhileMoving({
        ...STILL,
        standstillMs: 1_500,
        find: stopAfter(4_000),
        movement: [{ ...processorTime('it', child.pid ?? 0), step }],
      });
    expect(await wait(busy, 100)).toBe('long enough');
    await expect(wait(idle, 100)).rejects.toThrow('nothing moved for 2 s');
    idle.kill('SIGKILL');
    await once(idle, 'exit');
    await expect(wait(idle, 100)).rejects.toThrow('it is gone');
  } finally {
    for (const { pid = 0 } of [busy, idle]) killGroup(pid);
  }
});

function run(command: string, args: readonly string[]): ChildProcess {
  return spawn(command, args, { stdio: 'ignore', detached: true });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}

function stopAfter(ms: number): () => string | null {
  const beganMs = performance.now();
  return () => (performance.now() - beganMs > ms ? 'long enough' : null);
}
