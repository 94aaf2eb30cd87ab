import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createQmp } from '../../../collector/src/io/qmp-client.ts';

const GREETING = '{"QMP": {"version": {"qemu": {"micro": 22, "minor": 2, "major": 7}}, "capabilities": ["oob"]}}\r\n';

let folder: string;
let path: string;
let server: Server | null = null;
const sockets: Socket[] = [];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trimtab-qmp-'));
  path = join(folder, 'qmp.sock');
});
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  server = null;
  rmSync(folder, { recursive: true });
});

/** A monitor that says what no real one does on request; the real QEMU is in test/system/qemu-host.test.ts. */
async function listen(onClient: (socket: Socket) => void): Promise<void> {
  server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    onClient(socket);
  });
  await new Promise<void>((resolve) => server?.listen(path, resolve));
}

const qmp = createQmp({ greetingMs: 200, answersMs: 200 });
const ask = () => qmp.ask(path, [{ execute: 'query-status' }, { execute: 'query-block', arguments: { flat: true } }]);
const fault = (code: string, cause?: string) => ({
  detail: { code, subject: path, ...(cause === undefined ? {} : { cause: expect.stringContaining(cause) }) },
});

describe('createQmp', () => {
  it('negotiates, asks one after the other, ignores events, and closes', async () => {
    const heard: unknown[] = [];
    let isClosed = false;
    await listen((socket) => {
      socket.on('close', () => {
        isClosed = true;
      });
      // In pieces, to arrive split in the middle of a message.
      socket.write(GREETING.slice(0, 20));
      setImmediate(() => socket.write(GREETING.slice(20)));
      socket.on('data', (data) => {
        const command = JSON.parse(String(data)) as { id: number };
        heard.push(command);
        socket.write(`{"event":"STOP","timestamp":{}}\r\n{"return":{"n":${command.id}},"id":${command.id}}\r\n`);
      });
    });
    expect(await ask()).toEqual([{ n: 1 }, { n: 2 }]);
    expect(heard).toEqual([
      { execute: 'qmp_capabilities', id: 0 },
      { execute: 'query-status', id: 1 },
      { execute: 'query-block', arguments: { flat: true }, id: 2 },
    ]);
    await expect.poll(() => isClosed).toBe(true);
  });

  it('is gone where nothing listens', async () => {
    await expect(ask()).rejects.toMatchObject(fault('qmp-gone', 'ENOENT'));
  });

  it('is gone when QEMU ends in the middle', async () => {
    await listen((socket) => {
      socket.write(GREETING);
      socket.on('data', () => socket.destroy());
    });
    await expect(ask()).rejects.toMatchObject(fault('qmp-gone', 'closed'));
  });

  it('is busy when no greeting comes', async () => {
    await listen(() => {});
    await expect(ask()).rejects.toMatchObject(fault('qmp-busy', 'no greeting in 200 ms'));
  });

  it("fails with QEMU's own words, naming the command", async () => {
    await listen((socket) => {
      socket.write(GREETING);
      socket.on('data', (data) => {
        const { id } = JSON.parse(String(data)) as { id: number };
        const answer = id === 0 ? { return: {} } : { error: { class: 'GenericError', desc: 'not today' } };
        socket.write(`${JSON.stringify({ ...answer, id })}\r\n`);
      });
    });
    await expect(ask()).rejects.toMatchObject(fault('qmp-error', 'query-status: not today'));
  });

  it.each([
    ['is not QMP', 'SSH-2.0-OpenSSH\r\n', 'not QMP'],
    ['greets with another message', '{"return":{}}\r\n', 'does not greet'],
    ['greets and answers nothing', GREETING, 'no answer in 200 ms'],
    ['never ends its line', 'x'.repeat(9 * 1024 * 1024), 'longer than'],
  ])('fails at a socket that %s', async (_, said, cause) => {
    await listen((socket) => socket.write(said));
    await expect(createQmp({ greetingMs: 5000, answersMs: 200 }).ask(path, [])).rejects.toMatchObject(
      fault('qmp-error', cause),
    );
  });
});
