import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { StatusView } from '../../../collector/src/model/status.ts';
import { createHungFolder } from '../../support/machine/hung-folder.ts';
import { askApi } from '../../support/programs/api-request.ts';
import { startCollectorProgram } from '../../support/programs/collector.ts';
import { AGENT_BUNDLE } from '../../support/programs/own-programs.ts';
import { type Program, startProgram } from '../../support/programs/program.ts';
import { waitWhileMoving } from '../../support/waiting/wait-while-moving.ts';

// Node joins its threads before it ends, and one of them waits in the kernel. Needs root, for mounts.

const HOLDER = join(import.meta.dirname, '../../support/programs/hold-status-thread.ts');

/** Far more than what is left to do takes, and far less than what its thread waits for. */
const STANDSTILL_MS = 20_000;

async function exitCodeOf(program: Program): Promise<number | null> {
  await waitWhileMoving({
    what: `process ${program.pid} ends`,
    find: () => program.hasEnded() || null,
    movement: program.movement,
    describe: program.output,
    standstillMs: STANDSTILL_MS,
  });
  return program.exitCode();
}

async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'trimtab-held-'));
  try {
    await test(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

it('a collector that waits for a filesystem ends when it is told to, with all stored, and says what it leaves', () =>
  inFolder(async (folder) => {
    await using hung = await createHungFolder(folder);
    const guests = [{ name: 'listed', disk: [{ image: hung.link, format: 'raw' }] }];
    const args = ['--guest', JSON.stringify(guests)];
    await using collector = await startCollectorProgram({ directory: folder, args });
    const { program, socketPath } = collector;
    await waitWhileMoving({
      what: 'the collector tells that the image does not answer',
      movement: program.movement,
      async find() {
        const { findings } = (await askApi({ socketPath, path: '/v1/status' })).body as StatusView;
        return findings.find(({ sentence }) => sentence.includes('nothing there answers')) ?? null;
      },
    });
    process.kill(program.pid, 'SIGTERM');
    expect(await exitCodeOf(program)).toBe(0);
    expect(program.output()).toContain(`"places":["${folder}/links/hung"]`);
    expect(program.output().trimEnd().split('\n').at(-1)).toContain('"msg":"stopped"');
    expect(existsSync(join(folder, 'collector/trimtab.sqlite'))).toBe(true);
    expect(existsSync(join(folder, 'collector/trimtab.sqlite-wal'))).toBe(false);
    expect(existsSync(socketPath)).toBe(false);
  }));

it.each([
  { how: 'is at work', words: [], told: 'waits' },
  { how: 'has been given up', words: ['given-up'], told: 'null' },
])('a thread for many files that $how holds nobody at the end', ({ words, told }) =>
  inFolder(async (folder) => {
    await using hung = await createHungFolder(folder);
    await using program = startProgram(HOLDER, [hung.link, ...words]);
    expect(await exitCodeOf(program)).toBe(7);
    expect(program.output().trim()).toBe(told);
  }),
);

it('an agent that waits for the address of its collector ends when it is told to', () =>
  inFolder(async (folder) => {
    const names = createSocket('udp4').bind(53, '127.0.0.77');
    await once(names, 'listening');
    try {
      // The resolver would ask again after 30 s, and again: resolv.conf(5).
      writeFileSync(join(folder, 'resolv.conf'), 'nameserver 127.0.0.77\noptions timeout:30 attempts:5\n');
      const mounting = 'mount --bind "$1" /etc/resolv.conf && shift && exec "$@"';
      const through = ['unshare', '--mount', 'sh', '-c', mounting, 'sh', join(folder, 'resolv.conf')];
      const asked = once(names, 'message');
      const args = ['run', '--collector', 'collector.example:7461', '--state-directory', join(folder, 'agent')];
      await using agent = startProgram(AGENT_BUNDLE, args, { through });
      await asked;
      process.kill(agent.pid, 'SIGTERM');
      expect(await exitCodeOf(agent)).toBe(0);
    } finally {
      names.close();
    }
  }));
