import { execFile } from 'node:child_process';
import { constants } from 'node:fs';
import { type FileHandle, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { inFolder } from './report/in-folder.ts';
import { startAgent } from './support/agent-program.ts';
import { inAgentRoom, newRequestId } from './support/in-agent-room.ts';

if (process.geteuid?.() !== 0) throw new Error('These tests trim a filesystem on a loop device: run them as root.');

/** A command that the agent started, by its name: it is the sign that the agent is in the middle of its work. */
async function untilChildRuns({ pid, name }: { pid: number; name: string }): Promise<void> {
  const children = async () => (await promisify(execFile)('ps', ['-o', 'comm=', '--ppid', `${pid}`])).stdout;
  await expect.poll(() => children().catch(() => ''), { timeout: 10_000, interval: 20 }).toContain(name);
}

/** A mount namespace in which /etc/fstab, which every inventory reads, is a pipe: it is read once somebody writes. */
async function heldFstab(folder: string) {
  const pipe = join(folder, 'fstab');
  await promisify(execFile)('mkfifo', [pipe]);
  let held: FileHandle | null = null;
  return {
    within: ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /etc/fstab && exec "$@"', pipe],
    /** Resolves once the agent reads; opening the other end fails with ENXIO as long as nobody does (fifo(7)). */
    async untilRead(): Promise<void> {
      const attempt = async () => {
        held = await open(pipe, constants.O_WRONLY | constants.O_NONBLOCK).catch(() => null);
        return held !== null;
      };
      await expect.poll(attempt, { timeout: 10_000, interval: 20 }).toBe(true);
    },
    release: () => held?.close(),
  };
}

describe('an interrupt', () => {
  it('of a trim ends it with 130, and its report is printed', () =>
    inAgentRoom(async ({ mount, slowFstrim }) => {
      const agent = startAgent({ args: ['trim', '--json', mount], within: slowFstrim });
      await untilChildRuns({ pid: agent.process.pid ?? -1, name: 'sleep' });
      agent.process.kill('SIGINT');
      const { code, stdout } = await agent.ended;
      expect(code).toBe(130);
      expect(JSON.parse(stdout).filesystems).toMatchObject([{ mount, outcome: { status: 'cancelled' } }]);
    }));

  it('of a trim that fails meanwhile ends it with 130 all the same', () =>
    inFolder(async ({ path }) => {
      const fstab = await heldFstab(path);
      const agent = startAgent({ args: ['trim', '/nope'], within: fstab.within });
      await fstab.untilRead();
      agent.process.kill('SIGINT');
      await fstab.release();
      expect(await agent.ended).toMatchObject({ code: 130, stderr: expect.stringContaining('cannot trim: /nope') });
    }));

  it('of a probe ends it by the signal itself, which a shell tells as 130', () =>
    inFolder(async ({ path }) => {
      const fstab = await heldFstab(path);
      const agent = startAgent({ args: ['probe'], within: fstab.within });
      await fstab.untilRead();
      agent.process.kill('SIGINT');
      expect(await agent.ended).toMatchObject({ code: null, stdout: '' });
      expect(agent.process.signalCode).toBe('SIGINT');
      await fstab.release();
    }));
});

it.each(['SIGINT', 'SIGTERM'] as const)('%s ends run normally, also when the report cannot be kept', (name) =>
  inAgentRoom(async ({ collector, mount, stateDirectory, start, slowFstrim }) => {
    const agent = start({ within: slowFstrim });
    await collector.take('inventory');
    collector.say({ type: 'request', requestId: newRequestId(), mounts: [mount], cures: null });
    collector.say({ type: 'grant', trimId: (await collector.take('intent')).trimId });
    await collector.take('started');
    await writeFile(join(stateDirectory, 'outbox'), 'in the way');
    agent.process.kill(name);
    expect(await agent.ended).toMatchObject({ code: 0, stderr: expect.stringContaining('was given up') });
  }),
);
