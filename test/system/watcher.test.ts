import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { commandPath } from '../support/machine/command.ts';
import { createLoopDisk, type LoopDisk } from '../support/machine/loop-disk.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { startHostAgent } from '../support/programs/host-agent.ts';
import { COLLECTOR_BIN } from '../support/programs/own-programs.ts';
import { type Program, startProgram } from '../support/programs/program.ts';

// `trimtab trim` watches a real trim while the collector is killed and started again.
let directory: string;
let disk: LoopDisk;
let collector: CollectorUnderTest;
let agent: Program;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-watcher-'));
  disk = await createLoopDisk({ directory, name: 'disk', bytes: 64 * 1024 ** 2 });
  await copyFile(commandPath('fstrim') ?? 'no fstrim on this host', join(directory, 'fstrim'));
  // Long enough for the collector to go and come back meanwhile.
  const script = `#!/bin/sh\nsleep 5\nexec ${directory}/fstrim "$@"\n`;
  await writeFile(join(directory, 'slow-fstrim'), script, { mode: 0o755 });
  collector = await startCollectorProgram({ directory });
  agent = startHostAgent({
    directory,
    port: collector.agentPort,
    args: ['--minimum-interval', '0ms'],
    fstrim: join(directory, 'slow-fstrim'),
  });
  await collector.untilConnected({ guest: hostname(), mounts: [disk.mount], movement: agent.movement });
});

afterAll(async () => {
  await agent?.stop();
  await collector?.program.stop();
  await disk?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

it('a command that watches a trim gets its result, though the collector was killed and started again', async () => {
  const args = ['trim', hostname(), disk.mount, '--json', '--socket', collector.socketPath];
  const watcher = startProgram(COLLECTOR_BIN, args);
  await agent.says(/trim [0-9a-f-]{36} \(requested\) of/);
  await collector.program.kill();
  await watcher.says(/the collector is away; waiting for it/);
  collector = await startCollectorProgram({ directory, port: collector.agentPort });
  await watcher.says(/the collector is back/);
  await watcher.says(/"verdict"/);
  const [trim, ...more] = await collector.history();
  expect(more).toEqual([]);
  expect(trim).toMatchObject({
    trigger: 'requested',
    filesystems: [{ mount: disk.mount, outcome: { status: 'done' } }],
  });
  expect(watcher.output()).toContain(`"id": "${trim?.id}"`);
});
