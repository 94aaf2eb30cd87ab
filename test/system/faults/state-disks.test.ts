import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { expectPlain } from '../../support/hostile-text.ts';
import { runCommand } from '../../support/machine/command.ts';
import { createLoopDisk, type LoopDisk } from '../../support/machine/loop-disk.ts';
import { removableDisk } from '../../support/machine/removable-disk.ts';
import { fillDisk, smallDisk } from '../../support/machine/small-disk.ts';
import { askApi } from '../../support/programs/api-request.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../../support/programs/collector.ts';
import { startHostAgent } from '../../support/programs/host-agent.ts';
import { AGENT_BUNDLE, COLLECTOR_BIN } from '../../support/programs/own-programs.ts';
import type { Program } from '../../support/programs/program.ts';
import { runToEnd } from '../../support/programs/run-to-end.ts';
import { connectPeer, toWireInventory, toWireReport, type WirePeer } from '../../support/programs/wire-peer.ts';
import { waitWhileMoving } from '../../support/waiting/wait-while-moving.ts';

// Full, read-only and removed disks below what both programs keep: nothing is lost, nothing is stored twice, and one
// sentence says what to do.
const MIB = 1024 ** 2;
const ROOM = 'Make room on the filesystem that holds it';
const PROBLEM = /see dmesg/;

let directory: string;
let undoing: AsyncDisposableStack;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-disks-'));
  undoing = new AsyncDisposableStack();
  undoing.defer(() => rm(directory, { recursive: true, force: true }));
});
afterEach(() => undoing.disposeAsync());

describe('below the database of the collector', () => {
  it('a disk that is full: what is stored stays, what is not is told again, and the log says to make room', async () => {
    const disk = undoing.use(await smallDisk({ path: join(directory, 'collector'), bytes: MIB }));
    const collector = await startCollector();
    const kept = await storeReports({ collector, count: 5 });
    const room = fillDisk(disk.path);
    const refused = await reportInVain(collector);
    expect(lastFault(collector.program)).toMatch(
      /trimtab\.sqlite: .*full\. Make room on the filesystem that holds it\./,
    );
    await expectReadable({ collector, ids: kept });
    room.give();
    const more = await storeReports({ collector, count: 2, again: refused });
    await expectStoredOnce({ collector, ids: [...kept, ...more] });
  });

  it('a disk that is removed: it goes on, says so, and has everything when the disk is back', async () => {
    const disk = undoing.use(await removableDisk(join(directory, 'collector')));
    const collector = await startCollector();
    const kept = await storeReports({ collector, count: 5 });
    await disk.remove();
    const refused = await reportInVain(collector);
    expect(lastFault(collector.program)).toMatch(
      /trimtab\.sqlite: .*(?:I\/O error|readonly).*\. (?:The disk below it has a problem|Make the folder)/,
    );
    expect((await askApi({ socketPath: collector.socketPath, path: '/v1/guests' })).status).toBe(200);
    await collector.program.stop();
    await disk.putBack();
    const again = await startCollector();
    const more = await storeReports({ collector: again, count: 1, again: refused });
    await expectStoredOnce({ collector: again, ids: [...kept, ...more] });
    await again.program.stop();
  });

  it.each([
    { is: 'full', prepare: async (path: string) => void fillDisk(path), says: ROOM },
    {
      is: 'read-only',
      prepare: async (path: string) => void (await runCommand('mount', ['-o', 'remount,ro', path])),
      says: 'Its filesystem is read-only',
    },
  ])('a disk that is $is at its start: it does not start, and says why', async ({ prepare, says }) => {
    const disk = undoing.use(await smallDisk({ path: join(directory, 'collector'), bytes: MIB }));
    await prepare(disk.path);
    const { exitCode, stdout, stderr } = await runToEnd(process.execPath, [COLLECTOR_BIN, 'serve', ...stateArgs()]);
    expect({ exitCode, stdout }).toEqual({ exitCode: 1, stdout: '' });
    expectOneSentence({ stderr, program: 'trimtab', says });
  });
});

describe('below what the agent keeps', () => {
  let target: LoopDisk;
  let collector: CollectorUnderTest;

  beforeEach(async () => {
    target = undoing.use(await createLoopDisk({ directory, name: 'target', bytes: 64 * MIB }));
    collector = await startCollector();
  });

  it.each([
    {
      is: 'full',
      break: (path: string) => {
        const room = fillDisk(path);
        return async () => room.give();
      },
      says: ROOM,
    },
    {
      is: 'read-only',
      break: async (path: string) => {
        await runCommand('mount', ['-o', 'remount,ro', path]);
        return async () => void (await runCommand('mount', ['-o', 'remount,rw', path]));
      },
      says: 'Its filesystem is read-only',
    },
  ])('a disk that is $is: no trim begins that could not be told of, and then all do', async ({ break: cut, says }) => {
    const disk = undoing.use(await smallDisk({ path: join(directory, 'agent'), bytes: 256 * 1024 }));
    const agent = await startAgent();
    const first = await collector.trim(hostname(), target.mount);
    const mend = await cut(disk.path);
    const refused = await collector.trimtab('trim', hostname(), target.mount);
    expect(refused.exitCode).toBe(1);
    expectOneSentence({ stderr: lastLines(refused.stderr), program: 'trimtab', says });
    expect(agent.hasEnded()).toBe(false);
    await mend();
    const second = await collector.trim(hostname(), target.mount);
    await expectStoredOnce({ collector, ids: [first.id, second.id] });
  });

  it('a disk that is removed: no trim begins, and when it is back none is lost', async () => {
    const disk = undoing.use(await removableDisk(join(directory, 'agent')));
    const agent = await startAgent();
    const first = await collector.trim(hostname(), target.mount);
    await disk.remove();
    const refused = await collector.trimtab('trim', hostname(), target.mount);
    expect(refused.exitCode).toBe(1);
    expect(lastLines(refused.stderr)).toMatch(PROBLEM);
    expect(agent.hasEnded()).toBe(false);
    await agent.stop();
    await disk.putBack();
    await startAgent();
    const second = await collector.trim(hostname(), target.mount);
    await expectStoredOnce({ collector, ids: [first.id, second.id] });
  });

  it.each([{ is: 'read-only', options: 'ro', says: 'Its filesystem is read-only' }])(
    'a disk that is $is at its start: it does not start, and says why',
    async ({ options, says }) => {
      const disk = undoing.use(await smallDisk({ path: join(directory, 'agent'), bytes: MIB }));
      await runCommand('mount', ['-o', `remount,${options}`, disk.path]);
      const args = ['run', '--collector', '127.0.0.1:1', '--state-directory', join(disk.path, 'state')];
      const { exitCode, stderr } = await runToEnd(process.execPath, [AGENT_BUNDLE, ...args]);
      expect(exitCode).toBe(1);
      expectOneSentence({ stderr: stderr.slice(stderr.indexOf('trimtab-agent: ')), program: 'trimtab-agent', says });
    },
  );

  async function startAgent(): Promise<Program> {
    const agent = undoing.use(
      startHostAgent({ directory, port: collector.agentPort, args: ['--minimum-interval', '0s'] }),
    );
    await collector.untilConnected({ guest: hostname(), mounts: [target.mount], movement: agent.movement });
    return agent;
  }
});

const stateArgs = () => ['--socket', join(directory, 'api'), '--state-directory', join(directory, 'collector')];

async function startCollector(): Promise<CollectorUnderTest> {
  return undoing.use(await startCollectorProgram({ directory }));
}

async function connect(collector: CollectorUnderTest): Promise<WirePeer> {
  const guest = { hostname: 'web', productUuid: '0b6c2f6e-9a3c-4f55-8f0e-3a1c2b4d5e6f' };
  const peer = await connectPeer({ port: collector.agentPort, guest, collector: collector.program });
  peer.say({ type: 'inventory', inventory: toWireInventory('a-disk') });
  return peer;
}

/** The ids of reports that were acknowledged. */
async function storeReports({
  collector,
  count,
  again = [],
}: {
  collector: CollectorUnderTest;
  count: number;
  /** These first. */
  again?: readonly ReturnType<typeof toWireReport>[];
}): Promise<readonly string[]> {
  const peer = await connect(collector);
  const reports = [...again, ...Array.from({ length: count }, () => toWireReport())];
  for (const report of reports) {
    peer.say({ type: 'report', report });
    expect((await peer.hears('acknowledged')).trimId).toBe(report.id);
  }
  await peer.leave();
  return reports.map(({ id }) => id);
}

/** Reports until one is not stored; those that were not. */
async function reportInVain(collector: CollectorUnderTest): Promise<readonly ReturnType<typeof toWireReport>[]> {
  const from = collector.program.output().length;
  const told: ReturnType<typeof toWireReport>[] = [];
  const peer = await connect(collector).catch(() => null);
  // A page that is half full may take one more.
  for (let nth = 0; nth < 200 && !hasFault(collector.program, from); nth += 1) {
    const report = toWireReport();
    told.push(report);
    peer?.say({ type: 'report', report });
    await waitWhileMoving({
      what: 'the report is stored, or is not',
      movement: collector.program.movement,
      betweenMs: 5,
      find: () =>
        collector.program.output().slice(from).includes(report.id) || hasFault(collector.program, from) || null,
    });
  }
  expect(hasFault(collector.program, from)).toBe(true);
  return told;
}

const FAULT = /"(?:reason|msg|message)":"(cannot use the database: [^"]*)/g;

function hasFault(program: Program, from: number): boolean {
  return new RegExp(FAULT).test(program.output().slice(from));
}

function lastFault(program: Program): string {
  return [...program.output().matchAll(FAULT)].at(-1)?.[1] ?? '';
}

async function expectReadable({ collector, ids }: { collector: CollectorUnderTest; ids: readonly string[] }) {
  const stored = (await collector.history()).map(({ id }) => id);
  expect(stored).toEqual(expect.arrayContaining([...ids]));
}

async function expectStoredOnce({ collector, ids }: { collector: CollectorUnderTest; ids: readonly string[] }) {
  const stored = (await collector.history()).map(({ id }) => id as string);
  for (const id of ids) expect(stored.filter((each) => each === id)).toEqual([id]);
}

/** The error and its hint, and nothing of a stack. */
function expectOneSentence({ stderr, program, says }: { stderr: string; program: string; says: string }): void {
  expectPlain(stderr);
  expect(stderr).toContain(says);
  expect(stderr).not.toContain('    at ');
  expect(stderr.trimEnd().split('\n')).toHaveLength(2);
  expect(stderr.startsWith(`${program}: cannot `)).toBe(true);
}

/** Without the progress before it. */
function lastLines(stderr: string): string {
  return stderr.slice(stderr.indexOf('trimtab: '));
}
