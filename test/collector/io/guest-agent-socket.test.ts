import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGuestAgentSocket } from '../../../collector/src/io/guest-agent-socket.ts';
import { type Manner, type StandInAgent, startStandInAgent } from '../../support/qga/stand-in-agent.ts';

let folder: string;
let path: string;
const closing: (() => Promise<unknown>)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'trimtab-qga-'));
  path = join(folder, 'qga.sock');
});
afterEach(async () => {
  await Promise.all(closing.splice(0).map((close) => close()));
  rmSync(folder, { recursive: true });
});

async function start(answer: (execute: string) => Manner): Promise<StandInAgent> {
  const agent = await startStandInAgent({ path, answer });
  closing.push(agent.close);
  return agent;
}

/** A socket that says what no qemu-ga does. */
async function listen(onClient: (socket: Socket) => void): Promise<void> {
  const sockets: Socket[] = [];
  const server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
    onClient(socket);
  });
  closing.push(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(resolve));
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
}

/** Longer than it ever takes: what is waited for comes. */
const PATIENT = { timeout: 60_000 };

const SYNC: Manner = { kind: 'says', bytes: '' };
const HANGS: Manner = { kind: 'hangs' };
const line = (value: unknown) => `${JSON.stringify(value)}\n`;
const talk = (execute: 'guest-info' | 'guest-fstrim' = 'guest-info', timeoutMs = 60_000) =>
  createGuestAgentSocket({ syncMs: 1_000 }).talk(path, [{ execute, timeoutMs }]);

describe('a talk with a qemu-ga', () => {
  it('begins with a number of its own, asks one thing after the other, and hangs up', async () => {
    const agent = await start((execute) =>
      execute === 'guest-sync-delimited' ? SYNC : { kind: 'says', bytes: line({ return: { to: execute } }) },
    );
    const socket = createGuestAgentSocket();
    const commands = [
      { execute: 'guest-info', timeoutMs: 1_000 },
      { execute: 'guest-get-disks', timeoutMs: 1_000 },
    ] as const;
    expect(await socket.talk(path, commands)).toEqual({
      kind: 'answered',
      replies: [
        { kind: 'returned', value: { to: 'guest-info' } },
        { kind: 'returned', value: { to: 'guest-get-disks' } },
      ],
    });
    expect(agent.heard()).toEqual(['guest-sync-delimited', 'guest-info', 'guest-get-disks']);
    await expect.poll(() => agent.connections(), PATIENT).toBe(0);
  });

  it('never takes the late answer to an earlier question for its own', async () => {
    const late = line({ return: { paths: [{ path: '/', trimmed: 1 }] } });
    let first = true;
    await start((execute) => {
      if (execute === 'guest-sync-delimited') return SYNC;
      if (!first) return { kind: 'says', bytes: line({ return: 'its own' }) };
      first = false;
      return { kind: 'answers-the-next', bytes: `${late}{"return": 4711}\n{"half": ` };
    });
    expect(await talk('guest-fstrim', 200)).toMatchObject({ kind: 'failed', failure: 'late' });
    expect(await talk()).toEqual({ kind: 'answered', replies: [{ kind: 'returned', value: 'its own' }] });
  });

  it('ends where another answers than was asked: the first died, and the next was told of nothing', async () => {
    let fstrims = 0;
    await start((execute) => {
      if (execute === 'guest-fstrim') fstrims += 1;
      return execute === 'guest-fstrim' ? HANGS : SYNC;
    });
    const socket = createGuestAgentSocket({ probeMs: 100 });
    const told = await socket.talk(path, [{ execute: 'guest-fstrim', timeoutMs: 60_000 }]);
    expect(told).toMatchObject({ kind: 'failed', failure: 'ended', cause: expect.stringContaining('started anew') });
    expect(fstrims).toBe(1);
  });

  it('goes on while nobody answers, and ends with the answer or when it is told to', async () => {
    let end = (_: string) => {};
    const ended = new Promise<string>((resolve) => {
      end = resolve;
    });
    let asked = 0;
    await start((execute) => {
      if (execute === 'guest-sync-delimited') return SYNC;
      if (execute === 'guest-sync') asked += 1;
      return execute === 'guest-sync' ? HANGS : { kind: 'says-later', bytes: ended };
    });
    const socket = createGuestAgentSocket({ probeMs: 20 });
    const commands = [{ execute: 'guest-fstrim', timeoutMs: 60_000 }] as const;
    const leaving = new AbortController();
    const [first, second] = [socket.talk(path, commands), socket.talk(path, commands, leaving.signal)];
    await expect.poll(() => asked, PATIENT).toBeGreaterThan(4);
    leaving.abort();
    expect(await second).toMatchObject({ kind: 'failed', failure: 'ended' });
    end(line({ return: { paths: [] } }));
    expect(await first).toEqual({ kind: 'answered', replies: [{ kind: 'returned', value: { paths: [] } }] });
  });

  it('goes on with one that answers the first word while it is looked up why nobody does', async () => {
    let answerSync = () => {};
    const begun = Promise.withResolvers<void>();
    await listen((socket) => {
      socket.on('data', (chunk) => {
        const id = /"id":(\d+)/.exec(String(chunk))?.[1];
        if (id !== undefined) answerSync = () => void socket.write(`{"return": ${id}}\n`);
        if (!String(chunk).includes('guest-fstrim')) return;
        begun.resolve();
        socket.write(line({ return: { paths: [] } }));
      });
    });
    const files = {
      status: async () => ({}) as never,
      silentPlace: () => null,
      async readText() {
        answerSync();
        await begun.promise;
        return '';
      },
    };
    const told = await createGuestAgentSocket({ files, syncMs: 300 }).talk(path, [
      { execute: 'guest-fstrim', timeoutMs: 60_000 },
    ]);
    expect(told).toEqual({ kind: 'answered', replies: [{ kind: 'returned', value: { paths: [] } }] });
  });

  it('has ended, and was begun, where QEMU dies with words unread', async () => {
    const died = Promise.withResolvers<void>();
    await listen((socket) => {
      socket.on('data', (chunk) => {
        const id = /"id":(\d+)/.exec(String(chunk))?.[1];
        if (id !== undefined) socket.write(`{"return": ${id}}\n`);
        if (!String(chunk).includes('guest-fstrim')) return;
        // It reads no more: the kernel has unread words when it goes (ECONNRESET, unix(7)).
        socket.pause();
        died.promise.then(() => socket.destroy());
      });
    });
    let probes = 0;
    const newSyncId = () => {
      probes += 1;
      if (probes === 4) died.resolve();
      return probes;
    };
    const socket = createGuestAgentSocket({ probeMs: 20, newSyncId });
    const told = await socket.talk(path, [{ execute: 'guest-fstrim', timeoutMs: 60_000 }]);
    expect(told).toMatchObject({ kind: 'failed', failure: 'ended' });
  });

  it('tells what it refuses in its own words, and no more than some of them', async () => {
    const desc = `no ${'x'.repeat(100_000)}`;
    await start((execute) =>
      execute === 'guest-sync-delimited'
        ? SYNC
        : { kind: 'says', bytes: line({ error: { class: 'GenericError', desc } }) },
    );
    const told = await talk();
    expect(told).toMatchObject({
      kind: 'answered',
      replies: [{ kind: 'refused', words: expect.stringMatching(/^no x/) }],
    });
    expect(JSON.stringify(told).length).toBeLessThan(2_000);
  });

  it('takes an answer that comes in pieces', async () => {
    await listen((socket) => {
      socket.on('data', (chunk) => {
        const id = /"id":(\d+)/.exec(String(chunk))?.[1];
        const answer = id === undefined ? line({ return: 'ü€' }) : `\n\n{"return": 1}\n{"re`;
        const bytes = Buffer.concat([
          Buffer.from(answer),
          ...(id === undefined ? [] : [Buffer.from([0xff]), Buffer.from(`{"return": ${id}}\n`)]),
        ]);
        for (const byte of bytes) socket.write(Buffer.from([byte]));
      });
    });
    expect(await talk()).toEqual({ kind: 'answered', replies: [{ kind: 'returned', value: 'ü€' }] });
  });

  it.each([
    ['answers the first word and no other', (execute: string) => (execute === 'guest-info' ? HANGS : SYNC), 'late'],
    ['answers nothing', () => HANGS, 'silent'],
    ['hangs up', () => ({ kind: 'dies' }) as const, 'ended'],
    [
      'nests without end',
      (execute: string): Manner =>
        execute === 'guest-info'
          ? { kind: 'says', bytes: `{"return": ${'['.repeat(100_000)}${']'.repeat(100_000)}}\n` }
          : SYNC,
      'garbled',
    ],
    [
      'answers neither yes nor no',
      (execute: string): Manner => (execute === 'guest-info' ? { kind: 'says', bytes: '{"event": "X"}\n' } : SYNC),
      'garbled',
    ],
    [
      'answers without end',
      (execute: string): Manner =>
        execute === 'guest-info' ? { kind: 'says', bytes: 'x'.repeat(5 * 1024 * 1024) } : SYNC,
      'garbled',
    ],
  ] as const)('fails at one that %s', async (_, answer, failure) => {
    await start(answer as (execute: string) => Manner);
    const timeoutMs = failure === 'late' ? 200 : undefined;
    expect(await talk('guest-info', timeoutMs)).toMatchObject({
      kind: 'failed',
      failure,
      cause: expect.stringMatching(/^\S.*[^.]$/),
    });
  });

  it('fails at one that talks without end before it answers', async () => {
    await listen((socket) => {
      const flood = () => {
        while (socket.writable && socket.write('{"return": 1}\n'.repeat(10_000)));
      };
      socket.on('drain', flood);
      flood();
    });
    const patient = createGuestAgentSocket({ syncMs: 60_000 });
    const told = await patient.talk(path, [{ execute: 'guest-info', timeoutMs: 300 }]);
    expect(told).toMatchObject({ kind: 'failed', failure: 'garbled' });
  });

  it('does not begin where nothing listens, or where it would have to wait for the path', async () => {
    expect(await talk()).toMatchObject({ kind: 'failed', failure: 'gone', cause: 'there is no such socket' });
    const files = { status: async () => null, silentPlace: () => '/mnt/gone', readText: async () => null };
    const told = await createGuestAgentSocket({ files }).talk(path, []);
    expect(told).toMatchObject({ failure: 'gone', cause: '/mnt/gone does not answer' });
  });
});
