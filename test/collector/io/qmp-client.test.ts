import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCommands } from '../../../collector/src/io/commands.ts';
import { createQmp } from '../../../collector/src/io/qmp-client.ts';
import type { QmpCommand } from '../../../collector/src/ports/qmp.ts';
import { createFakeVirsh } from '../host/fake-virsh.ts';

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

const through = { commands: createCommands() };
const qmp = createQmp({ ...through, greetingMs: 200, answersMs: 200 });
const ask = () =>
  qmp.ask({ kind: 'socket', path }, [
    { execute: 'query-status' },
    { execute: 'query-block', arguments: { flat: true } },
  ]);
const fault = ({ code, cause }: { code: string; cause?: string }) => ({
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
    await expect(ask()).rejects.toMatchObject(fault({ code: 'qmp-gone', cause: 'no such socket' }));
  });

  it('is gone when QEMU ends in the middle', async () => {
    await listen((socket) => {
      socket.write(GREETING);
      socket.on('data', () => socket.destroy());
    });
    await expect(ask()).rejects.toMatchObject(fault({ code: 'qmp-gone', cause: 'closed' }));
  });

  it('is busy when no greeting comes', async () => {
    await listen(() => {});
    await expect(ask()).rejects.toMatchObject(fault({ code: 'qmp-busy', cause: 'no greeting in 200 ms' }));
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
    await expect(ask()).rejects.toMatchObject(fault({ code: 'qmp-error', cause: 'query-status: not today' }));
  });

  it.each([
    ['is not QMP', 'SSH-2.0-OpenSSH\r\n', 'not QMP'],
    ['greets with another message', '{"return":{}}\r\n', 'does not greet'],
    ['greets and answers nothing', GREETING, 'no answer in 200 ms'],
    ['never ends its line', 'x'.repeat(9 * 1024 * 1024), 'longer than'],
    ['tells of events without end', `${GREETING}${'{"event":"X"}\r\n'.repeat(20_000)}`, 'more than 10000 things'],
    ['nests without end', `${'['.repeat(100_000)}${']'.repeat(100_000)}\r\n`, 'not QMP'],
  ])('fails at a socket that %s', async (_, said, cause) => {
    await listen((socket) => socket.write(said));
    const patient = createQmp({ ...through, greetingMs: 5000, answersMs: 200 });
    await expect(patient.ask({ kind: 'socket', path }, [])).rejects.toMatchObject(fault({ code: 'qmp-error', cause }));
  });

  it('takes an answer that nests as deep as any chain of images, and none that nests deeper', async () => {
    const answer = (depth: number) => `${'{"backing-image":'.repeat(depth)}1${'}'.repeat(depth)}`;
    let depth = 400;
    await listen((socket) => {
      socket.write(GREETING);
      socket.on('data', (data) => {
        const { id } = JSON.parse(String(data)) as { id: number };
        socket.write(`{"id":${id},"return":${answer(depth)}}\r\n`);
      });
    });
    expect(await ask()).toHaveLength(2);
    depth = 100_000;
    await expect(ask()).rejects.toMatchObject(fault({ code: 'qmp-error', cause: 'not QMP' }));
  });

  it('does not connect to what is not there, nor through a filesystem that does not answer', async () => {
    const files = { status: async () => null, silentPlace: () => '/mnt/gone' };
    const asked = createQmp({ ...through, files }).ask({ kind: 'socket', path }, []);
    await expect(asked).rejects.toMatchObject(fault({ code: 'qmp-gone', cause: '/mnt/gone does not answer' }));
  });
});

describe('createQmp through libvirt', () => {
  const UUID = 'c0ffee00-0000-4000-8000-000000000019';
  let virsh: ReturnType<typeof createFakeVirsh>;
  beforeEach(() => {
    virsh = createFakeVirsh();
  });
  afterEach(() => virsh.remove());

  const askLibvirt = (queue: readonly QmpCommand[], domain = UUID) =>
    createQmp({ commands: createCommands({ searchPath: virsh.searchPath }) }).ask(
      { kind: 'libvirt', uri: 'qemu:///system', domain },
      queue,
    );

  it('asks all in one process, and takes a quote for what it is', async () => {
    virsh.answerMonitor('{"return":{"n":1},"id":"libvirt-7"}\n\n{"return":2,"id":"libvirt-8"}\n\n');
    const queue = [{ execute: 'query-status' }, { execute: 'qom-get', arguments: { path: "/it's" } }];
    expect(await askLibvirt(queue)).toEqual([{ n: 1 }, 2]);
    expect(virsh.calls()).toEqual([
      `--quiet --connect qemu:///system qemu-monitor-command ${UUID} '{"execute":"query-status"}'; ` +
        `qemu-monitor-command ${UUID} '{"execute":"qom-get","arguments":{"path":"/it\\u0027s"}}'`,
    ]);
  });

  it.each(['quit', 'system_reset', 'blockdev-reopen', 'human-monitor-command', 'query-status; x', 'query-', 'qom-set'])(
    'never asks %s',
    async (execute) => {
      await expect(askLibvirt([{ execute: 'query-status' }, { execute }])).rejects.toMatchObject({
        detail: { code: 'qmp-refused' },
      });
      expect(virsh.calls()).toEqual([]);
    },
  );

  it('takes nothing for a domain but a UUID', async () => {
    await expect(askLibvirt([{ execute: 'query-status' }], 'web; destroy web')).rejects.toMatchObject({
      detail: { code: 'qmp-error' },
    });
    expect(virsh.calls()).toEqual([]);
  });

  it("fails with QEMU's own words, naming the command", async () => {
    virsh.answerMonitor('{"return":{},"id":"a"}\n{"id":"b","error":{"class":"GenericError","desc":"not today"}}\n');
    await expect(askLibvirt([{ execute: 'query-status' }, { execute: 'query-pci' }])).rejects.toMatchObject({
      detail: { code: 'qmp-error', cause: 'query-pci: not today' },
    });
  });

  it.each([
    ["error: failed to get domain 'x'\n", 'qmp-gone'],
    ['error: Requested operation is not valid: domain is not running\n', 'qmp-gone'],
    ['error: Timed out during operation: cannot acquire state change lock\n', 'qmp-busy'],
    ['error: something new\n', 'qmp-error'],
  ])('tells %s from the others', async (words, code) => {
    virsh.refuse(words);
    await expect(askLibvirt([{ execute: 'query-status' }])).rejects.toMatchObject({ detail: { code } });
  });

  it('is gone where there is no virsh', async () => {
    const nowhere = { run: async () => ({ kind: 'missing' }) as const };
    const ask = createQmp({ commands: nowhere }).ask({ kind: 'libvirt', uri: 'qemu:///system', domain: UUID }, [
      { execute: 'query-status' },
    ]);
    await expect(ask).rejects.toMatchObject({ detail: { code: 'qmp-gone', cause: 'no virsh on this host' } });
  });
});
