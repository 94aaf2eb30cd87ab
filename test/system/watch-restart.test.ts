import { existsSync, readdirSync } from 'node:fs';
import { copyFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { commandPath } from '../support/machine/command.ts';
import { createLoopDisk, type LoopDisk } from '../support/machine/loop-disk.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../support/programs/collector.ts';
import { startHostAgent } from '../support/programs/host-agent.ts';
import { COLLECTOR_BIN } from '../support/programs/own-programs.ts';
import { type Program, startProgram } from '../support/programs/program.ts';
import { textLength } from '../support/waiting/movement.ts';
import { settleWhileMoving, waitWhileMoving } from '../support/waiting/wait-while-moving.ts';

// Somebody watches `trimtab trim`, and the collector is killed while it runs. What was asked for is known to the next
// collector.
const MIB = 1024 ** 2;

let directory: string;
let disk: LoopDisk;
let collector: CollectorUnderTest;
let agent: Program;
const at = (name: string) => join(directory, name);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-watch-'));
  disk = await createLoopDisk({ directory, name: 'disk', bytes: 64 * MIB });
  await copyFile(commandPath('fstrim') ?? 'no fstrim on this host', at('fstrim'));
  // It says that it runs, and goes on when it may: the test decides when the trim is over.
  const script = `#!/bin/sh\n: >${at('running')}\nuntil [ -e ${at('may-go-on')} ]; do sleep 0.05; done\nexec ${at('fstrim')} "$@"\n`;
  await writeFile(at('held-fstrim'), script, { mode: 0o755 });
  collector = await startCollectorProgram({ directory });
  agent = startHostAgent({
    directory,
    port: collector.agentPort,
    args: ['--minimum-interval', '0ms'],
    fstrim: at('held-fstrim'),
  });
  await collector.untilConnected({ guest: hostname(), mounts: [disk.mount], movement: agent.movement });
});

afterEach(async () => {
  await writeFile(at('may-go-on'), '');
  await agent?.stop();
  await collector?.program.stop();
  await disk?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const hasReport = () =>
  existsSync(at('agent/outbox')) && readdirSync(at('agent/outbox')).some((name) => name.endsWith('.json'));

it.each([
  ['after the next collector has started', { goesOn: 'after' }],
  ['while no collector is there', { goesOn: 'meanwhile' }],
] as const)(
  'a watcher outlives a collector that is killed, and gets the result of a trim that ends %s',
  async (_, { goesOn }) => {
    const words = ['trim', hostname(), disk.mount, '--socket', collector.socketPath];
    await using watcher = startProgram(COLLECTOR_BIN, words);
    await waitWhileMoving({
      what: 'fstrim runs',
      movement: [...watcher.movement, ...agent.movement],
      describe: () => `${watcher.output()}\n${agent.output()}\n${collector.program.output()}`,
      find: () => existsSync(at('running')) || null,
    });
    await collector.program.kill();
    await watcher.says(/the collector is away; waiting for it/);
    if (goesOn === 'meanwhile') {
      await writeFile(at('may-go-on'), '');
      await waitWhileMoving({
        what: 'the agent keeps its report',
        movement: agent.movement,
        describe: agent.output,
        find: () => hasReport() || null,
      });
    }
    collector = await startCollectorProgram({ directory, port: collector.agentPort });
    await watcher.says(/the collector is back/);
    await writeFile(at('may-go-on'), '');

    const exitCode = await settleWhileMoving({
      what: 'the watcher ends',
      promise: watcher.exitCode(),
      movement: [...watcher.movement, ...agent.movement, textLength('the collector’s log', collector.program.output)],
      describe: () => `${watcher.output()}\n${agent.output()}\n${collector.program.output()}`,
    });
    expect(exitCode, watcher.output()).toBe(0);
    const trims = await collector.history();
    expect(trims).toMatchObject([
      { trigger: 'requested', guest: hostname(), filesystems: [{ mount: disk.mount, outcome: { status: 'done' } }] },
    ]);
    expect(watcher.output()).toContain(disk.mount);
    expect(trims[0]?.requestId).not.toBeNull();
  },
);
