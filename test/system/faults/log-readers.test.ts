import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type FromGuest, fromGuestCodec, SUBPROTOCOL, SUPPORTED, UNPROVEN } from '@trimtab/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { runCommand } from '../../support/machine/command.ts';
import { type RemovableDisk, removableDisk } from '../../support/machine/removable-disk.ts';
import { fillDisk, type SmallDisk, smallDisk } from '../../support/machine/small-disk.ts';
import { askApi } from '../../support/programs/api-request.ts';
import { type LogReader, openPipe, openSocket } from '../../support/programs/log-reader.ts';
import { AGENT_BUNDLE, COLLECTOR_BIN } from '../../support/programs/own-programs.ts';
import { processorTime } from '../../support/waiting/movement.ts';
import { waitWhileMoving } from '../../support/waiting/wait-while-moving.ts';

// The log of both programs, where nobody takes it: a disk that is full, read-only or gone, a reader that stands still,
// one that is gone.

const LOST = 'lines of this log were lost';
const ENOSPC = 'no space left on device';
/** A line of the log with it is half a KiB: a pipe holds 64 KiB (pipe(7)), a socket 208 (socket(7)). */
const LONG_NAME = 'x'.repeat(250);
/** Each may come back 64 times in a minute, and is one that the host knows. */
const UUIDS = Array.from({ length: 16 }, () => randomUUID());
const GUESTS = JSON.stringify(
  UUIDS.map((uuid, nth) => ({ name: `${LONG_NAME.slice(2)}${nth}`, uuid, disk: [{ image: '/nowhere.raw' }] })),
);
const READERS = [{ kind: 'pipe' }, { kind: 'socket' }] as const;
const GONE_DISKS: readonly { readonly is: string; readonly cut: (disk: RemovableDisk) => Promise<unknown> }[] = [
  // As ext4 does by itself after an error of its disk (mount option errors=remount-ro), whoever writes to it.
  { is: 'read-only', cut: ({ path }) => runCommand('mount', ['-o', 'remount,abort', path]) },
  { is: 'removed', cut: (disk) => disk.remove() },
];

let directory: string;
let disk: SmallDisk;
let undoing: AsyncDisposableStack;
const children: ChildProcess[] = [];

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-readers-'));
  disk = await smallDisk({ path: join(directory, 'log'), bytes: 64 * 1024 });
  undoing = new AsyncDisposableStack();
});
afterEach(async () => {
  for (const child of children.splice(0)) {
    child.kill('SIGKILL');
    if (child.exitCode === null && child.signalCode === null) await once(child, 'close');
  }
  await undoing.disposeAsync();
  await disk?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

describe('the collector', () => {
  it('on a disk that is full goes on, and says how many lines were lost when there is room', async () => {
    const log = join(disk.path, 'log');
    const collector = await startCollector({ output: openSync(log, 'a') });
    const room = fillDisk(disk.path);
    await greet({ collector, times: 20 });
    await expectService(collector);
    room.give();
    await greet({ collector, times: 1 });
    await until({
      child: collector.child,
      what: 'it tells of lost lines',
      holds: () => readFileSync(log, 'utf8').includes(LOST),
    });
    const told = linesOf(readFileSync(log, 'utf8')).find((line) => line.includes(LOST)) ?? '';
    expect(JSON.parse(told)).toMatchObject({ level: 40, msg: LOST, cause: ENOSPC });
    expect(JSON.parse(told).lines).toBeGreaterThanOrEqual(20);
  });

  it.each(GONE_DISKS)('on a disk that is $is goes on, and ends as it should', async ({ cut }) => {
    const removable = undoing.use(await removableDisk(join(directory, 'removable')));
    const collector = await startCollector({ output: openSync(join(removable.path, 'log'), 'a') });
    await greet({ collector, times: 1 });
    await cut(removable);
    await greet({ collector, times: 20 });
    await expectService(collector);
    collector.child.kill('SIGTERM');
    expect(await once(collector.child, 'close')).toEqual([0, null]);
  });

  it.each(READERS)('whose reader of a $kind stands still goes on, and loses nothing that fits', async ({ kind }) => {
    await using reader = await openReader(kind);
    const collector = await startCollector({ output: reader.output });
    await greet({ collector, times: 400 });
    await expectService(collector);
    let text = '';
    reader.stream.setEncoding('utf8').on('data', (chunk: string) => {
      text += chunk;
    });
    reader.stream.resume();
    const connected = () => text.match(/"msg":"guest connected"/g)?.length ?? 0;
    await until({ child: collector.child, what: 'all is read', holds: () => connected() >= 400 });
    expect(text).not.toContain(LOST);
    for (const line of linesOf(text)) JSON.parse(line);
  });

  it.each(READERS)('whose reader of a $kind is gone goes on, and ends as it should', async ({ kind }) => {
    await using reader = await openReader(kind);
    const collector = await startCollector({ output: reader.output });
    reader.stream.destroy();
    await greet({ collector, times: 20 });
    await expectService(collector);
    collector.child.kill('SIGTERM');
    expect(await once(collector.child, 'close')).toEqual([0, null]);
  });
});

describe('the agent', () => {
  it('on a disk that is full goes on, and says how many lines were lost when there is room', async () => {
    const path = join(disk.path, 'log');
    const log = openSync(path, 'a');
    const room = fillDisk(disk.path);
    await using door = await openDoor();
    const agent = startAgent({ output: log, port: door.port });
    await until({ child: agent, what: 'it connects', holds: () => door.connections() >= 2 });
    room.give();
    await until({
      child: agent,
      what: 'it tells of lost lines',
      holds: () => readFileSync(path, 'utf8').includes(LOST),
    });
    expect(readFileSync(path, 'utf8')).toMatch(new RegExp(`Z warning: \\d+ ${LOST}: ${ENOSPC}\n`));
  });

  it.each(GONE_DISKS)('on a disk that is $is goes on, and ends as it should', async ({ cut }) => {
    const removable = undoing.use(await removableDisk(join(directory, 'removable')));
    await using door = await openDoor();
    const agent = startAgent({ output: openSync(join(removable.path, 'log'), 'a'), port: door.port });
    await until({ child: agent, what: 'it connects', holds: () => door.connections() >= 1 });
    await cut(removable);
    const before = door.connections();
    await until({ child: agent, what: 'it connects again', holds: () => door.connections() >= before + 2 });
    agent.kill('SIGTERM');
    expect(await once(agent, 'close')).toEqual([0, null]);
  });

  it.each(READERS)('whose reader of a $kind is gone goes on, and ends as it should', async ({ kind }) => {
    await using reader = await openReader(kind);
    await using door = await openDoor();
    const agent = startAgent({ output: reader.output, port: door.port });
    reader.stream.destroy();
    await until({ child: agent, what: 'it connects again', holds: () => door.connections() >= 3 });
    agent.kill('SIGTERM');
    expect(await once(agent, 'close')).toEqual([0, null]);
  });
});

function openReader(kind: 'pipe' | 'socket'): Promise<LogReader> {
  const path = join(directory, 'reader');
  return kind === 'pipe' ? openPipe({ path }) : openSocket({ path });
}

interface CollectorHere {
  readonly child: ChildProcess;
  readonly port: number;
  readonly socketPath: string;
}

/** Its log cannot be asked for the port: it is chosen before. */
async function startCollector({ output }: { output: LogReader['output'] }): Promise<CollectorHere> {
  const port = await freePort();
  const socketPath = join(directory, 'api');
  const state = ['--socket', socketPath, '--state-directory', join(directory, 'collector'), '--guest', GUESTS];
  const child = start({
    args: [COLLECTOR_BIN, 'serve', '--accept-unenrolled', '--listen', `127.0.0.1:${port}`, ...state],
    stdout: output,
  });
  const collector = { child, port, socketPath };
  await until({
    child,
    what: 'it answers',
    holds: async () => (await askApi({ socketPath, path: '/v1/trims' })).status === 200,
  });
  return collector;
}

function startAgent({ output, port }: { output: LogReader['output'] | number; port: number }): ChildProcess {
  const state = ['--collector', `127.0.0.1:${port}`, '--state-directory', join(directory, 'agent')];
  return start({ args: [AGENT_BUNDLE, 'run', ...state], stderr: output });
}

function start({
  args,
  stdout = 'ignore',
  stderr = 'inherit',
}: {
  args: readonly string[];
  stdout?: LogReader['output'] | 'ignore';
  stderr?: LogReader['output'] | 'inherit';
}): ChildProcess {
  const words = ['--pdeathsig', 'KILL', process.execPath, ...args];
  const child = spawn('setpriv', words, { stdio: ['ignore', stdout, stderr] });
  children.push(child);
  for (const output of [stdout, stderr]) {
    if (typeof output === 'number') closeSync(output);
    else if (typeof output === 'object') output.destroy();
  }
  return child;
}

/** Guests with long names come and go, one after the other. */
async function greet({ collector: { port }, times }: { collector: CollectorHere; times: number }): Promise<void> {
  for (let nth = 0; nth < times; nth += 1) {
    const productUuid = UUIDS[nth % UUIDS.length] ?? null;
    const guest = { hostname: 'web', productUuid, machineId: null, bootId: null };
    const hello: FromGuest = { type: 'hello', ...UNPROVEN, versions: SUPPORTED, agentVersion: '0.0.0-test', guest };
    const socket = new WebSocket(`ws://127.0.0.1:${port}/agent`, SUBPROTOCOL);
    await once(socket, 'open');
    socket.send(fromGuestCodec.encode(hello));
    await once(socket, 'message');
    socket.close();
    await once(socket, 'close');
  }
}

async function expectService(collector: CollectorHere): Promise<void> {
  expect((await askApi({ socketPath: collector.socketPath, path: '/v1/trims' })).status).toBe(200);
  await greet({ collector, times: 1 });
  expect(collector.child.exitCode).toBeNull();
}

/** A collector that hangs up on everybody. */
async function openDoor(): Promise<AsyncDisposable & { readonly port: number; connections(): number }> {
  let connections = 0;
  const server = createServer((socket: Socket) => {
    connections += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as { port: number }).port,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function freePort(): Promise<number> {
  await using door = await openDoor();
  return door.port;
}

async function until({
  child,
  what,
  holds,
}: {
  child: ChildProcess;
  what: string;
  holds: () => boolean | Promise<boolean>;
}): Promise<void> {
  const movement = [processorTime('the program', child.pid ?? -1)];
  await waitWhileMoving({ what, movement, find: async () => (await holds()) || null });
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter(Boolean);
}
