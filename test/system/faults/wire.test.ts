import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TrimId } from '@trimtab/protocol';
import {
  CLOSE_CODES,
  FRAME_LIMIT_BYTES,
  type FromGuest,
  fromGuestCodec,
  type Hello,
  SUBPROTOCOL,
  SUPPORTED,
  UNPROVEN,
} from '@trimtab/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type CollectorUnderTest, startCollectorProgram } from '../../support/programs/collector.ts';

// A real collector, and guests that misbehave on real sockets beside one that does not.
let directory: string;
let collector: CollectorUnderTest;
let steady: WebSocket;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-wire-'));
  collector = await startCollectorProgram({ directory });
  steady = await open();
  steady.send(encode(helloOf('steady')));
  await once(steady, 'message');
});

afterAll(async () => {
  await collector?.program.stop();
  await rm(directory, { recursive: true, force: true });
});

interface Attack {
  readonly name: string;
  /** What is sent, one frame each; text as text. */
  readonly frames: readonly (Uint8Array | string)[];
  readonly code: number;
  readonly reason: RegExp;
}

const helloOf = (hostname: string): Hello => ({
  type: 'hello',
  ...UNPROVEN,
  versions: SUPPORTED,
  agentVersion: '0.0.0-test',
  guest: { hostname, productUuid: randomUUID(), machineId: null, bootId: null },
});
const encode = (message: FromGuest) => fromGuestCodec.encode(message);
const hello = encode(helloOf('attacker'));
const problem = encode({
  type: 'problem',
  about: null,
  problem: { code: 'busy', operation: 'trim', subject: 'this guest', cause: 'a test', hint: null },
});
const started = encode({ type: 'started', trimId: randomUUID() as string as TrimId, startedAt: 0 });
const newer: Hello = { ...helloOf('newer'), versions: { oldest: 900, newest: 901 } };

it.each<Attack>([
  {
    name: 'a frame over 1 MiB',
    frames: [new Uint8Array(FRAME_LIMIT_BYTES + 1)],
    // ws closes by itself, before a byte of it is decoded.
    code: 1009,
    reason: /Max payload size exceeded/,
  },
  { name: 'a text frame', frames: ['{"type":"hello"}'], code: CLOSE_CODES.badFrame, reason: /text frame/ },
  { name: 'random bytes', frames: [randomBytes(512)], code: CLOSE_CODES.badFrame, reason: /./ },
  { name: 'half a hello', frames: [hello.subarray(0, hello.length / 2)], code: CLOSE_CODES.badFrame, reason: /./ },
  { name: 'random bytes after a hello', frames: [hello, randomBytes(512)], code: CLOSE_CODES.badFrame, reason: /./ },
  { name: 'anything before hello', frames: [problem], code: CLOSE_CODES.notGreeted, reason: /problem before hello/ },
  { name: 'a version of the future', frames: [encode(newer)], code: CLOSE_CODES.version, reason: /collector too old/ },
  { name: 'hello twice', frames: [hello, hello], code: CLOSE_CODES.outOfOrder, reason: /hello twice/ },
  { name: 'started twice', frames: [hello, started, started], code: CLOSE_CODES.outOfOrder, reason: /started twice/ },
  {
    name: 'a flood',
    frames: [hello, ...new Array(3_000).fill(problem)],
    code: CLOSE_CODES.tooMany,
    reason: /too many frames/,
  },
])(
  '$name closes that session with $code, says why in the log, and nothing else ends',
  async ({ frames, code, reason }) => {
    const from = collector.program.output().length;
    const socket = await open();
    const closed = once(socket, 'close');
    for (const frame of frames) socket.send(frame);
    const [closedWith] = await closed;
    expect(closedWith).toBe(code);
    const [line] = await collector.program.says(/^\{.*"msg":"session closed"\}$/m, { from });
    expect(JSON.parse(line)).toMatchObject({ level: 40, peer: expect.stringContaining('127.0.0.1:') });
    expect(JSON.parse(line).reason).toMatch(reason);
    await expectService();
  },
);

it('bytes that are no HTTP end their connection alone', async () => {
  const socket = connect(collector.agentPort, '127.0.0.1');
  socket.on('error', () => {});
  socket.end(randomBytes(4096));
  await once(socket.resume(), 'close');
  await expectService();
});

/** The guest that behaves is still there, and a new one is welcome. */
async function expectService(): Promise<void> {
  expect(steady.readyState).toBe(WebSocket.OPEN);
  const { guests } = await collector.guests();
  expect(guests.find(({ name }) => name === 'steady')?.agent?.connected).toBe(true);
  const another = await open();
  another.send(encode(helloOf('another')));
  await once(another, 'message');
  another.close();
  await once(another, 'close');
}

async function open(): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${collector.agentPort}/agent`, SUBPROTOCOL);
  // A collector that closes in the middle of a flood resets the connection; its code has come before.
  socket.on('error', () => {});
  await once(socket, 'open');
  return socket;
}
