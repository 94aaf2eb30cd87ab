import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type ApiDoor, createApi } from '../../../collector/src/api/create-api.ts';
import { createDeskClient } from '../../../collector/src/compose/desk-client.ts';
import { startApi } from '../../../collector/src/io/api-server.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import { STATUS } from './examples.ts';
import { createFakeDesk } from './fake-desk.ts';
import { bearing, createNetworkDoor, TOKENS } from './network-door.ts';
import { createRecordedLog } from './served-desk.ts';

let folder: string;
let socketPath: string;
const closing: (() => Promise<void>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-api-'));
  socketPath = join(folder, 'collector.sock');
});
afterEach(async () => {
  for (const close of closing.splice(0)) await close();
  await rm(folder, { recursive: true });
});

async function start(...tcp: readonly { host: string; port: number }[]) {
  const { log } = createRecordedLog();
  const createFetch = (door: ApiDoor) => createApi({ desk: createFakeDesk(), clock, log, door }).fetch;
  const api = await startApi({
    socket: { path: socketPath, fetch: createFetch({ face: 'socket' }) },
    tcp: tcp.map((at) => ({ ...at, keys: null, fetch: createFetch(createNetworkDoor()) })),
    metrics: null,
  });
  closing.push(() => api.close());
  return api.ports;
}

it('the socket is for its owner and group alone, and goes with the server', async () => {
  await start();
  const status = await stat(socketPath);
  expect({ isSocket: status.isSocket(), mode: status.mode & 0o777 }).toEqual({ isSocket: true, mode: 0o660 });
  await closing.pop()?.();
  await expect(stat(socketPath)).rejects.toThrow('ENOENT');
});

it('the socket is so from the first moment that it is there, whatever the umask', async () => {
  const umask = process.umask(0);
  // It watches nothing else, and is faster than anybody connects.
  const watcher = new Worker(
    `const { lstatSync } = require('node:fs');
     const { parentPort } = require('node:worker_threads');
     parentPort.on('message', (path) => {
       parentPort.postMessage('ready');
       for (;;) {
         const status = lstatSync(path, { throwIfNoEntry: false });
         if (status === undefined) continue;
         parentPort.postMessage(status.mode & 0o777);
         return;
       }
     });`,
    { eval: true },
  );
  try {
    for (let nth = 0; nth < 20; nth += 1) {
      watcher.postMessage(socketPath);
      expect(await once(watcher, 'message')).toEqual(['ready']);
      const [[mode]] = await Promise.all([once(watcher, 'message'), start()]);
      expect(mode.toString(8)).toBe('660');
      await closing.pop()?.();
    }
    expect(process.umask()).toBe(0);
  } finally {
    process.umask(umask);
    await watcher.terminate();
  }
});

it('a second collector is refused, and the first goes on', async () => {
  await start();
  await expect(start()).rejects.toMatchObject({ detail: { code: 'already-running', subject: socketPath } });
  expect(await createDeskClient({ socketPath }).status({ now: false })).toEqual(STATUS);
});

it('the socket of a collector that was killed is replaced', async () => {
  const program = `require('node:net').createServer().listen(${JSON.stringify(socketPath)}, () => process.kill(process.pid, 'SIGKILL'))`;
  expect(spawnSync(process.execPath, ['-e', program]).signal).toBe('SIGKILL');
  expect((await stat(socketPath)).isSocket()).toBe(true);
  await start();
  expect(await createDeskClient({ socketPath }).status({ now: false })).toEqual(STATUS);
});

it('a file that is no socket is not removed', async () => {
  await writeFile(socketPath, 'precious');
  await expect(start()).rejects.toMatchObject({ detail: { code: 'bad-socket', subject: socketPath } });
  expect((await stat(socketPath)).isFile()).toBe(true);
});

it.each([
  ['/proc/trimtab/collector.sock', 'bad-socket'],
  [`/tmp/${'long'.repeat(40)}.sock`, 'cannot-listen'],
])('%s cannot be listened on, and the error names a remedy', async (path, code) => {
  socketPath = path;
  await expect(start()).rejects.toMatchObject({
    detail: { code, subject: path, hint: expect.stringContaining('--socket') },
  });
});

it('listens on TCP only where it was told to', async () => {
  const port = await freePort();
  await start({ host: '127.0.0.1', port });
  const answer = await fetch(`http://127.0.0.1:${port}/v1/status`, { headers: bearing(TOKENS.read) });
  expect(await answer.json()).toEqual(STATUS);
});

it('listens on each address that it was told, and says on which port', async () => {
  const ports = await start({ host: '127.0.0.1', port: 0 }, { host: '127.0.0.2', port: 0 });
  const answers = await Promise.all(
    ports.map((port, index) =>
      fetch(`http://127.0.0.${index + 1}:${port}/v1/status`, { headers: bearing(TOKENS.read) }).then((answer) =>
        answer.json(),
      ),
    ),
  );
  expect(answers).toEqual([STATUS, STATUS]);
});

it('a TCP port in use is an error that leaves no socket behind', async () => {
  const taken = createServer();
  await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
  const { port } = taken.address() as { port: number };
  await expect(start({ host: '127.0.0.1', port })).rejects.toMatchObject({
    detail: { code: 'cannot-listen', subject: `127.0.0.1:${port}`, hint: expect.stringContaining('--api-listen') },
  });
  await expect(stat(socketPath)).rejects.toThrow('ENOENT');
  await new Promise((resolve) => taken.close(resolve));
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
