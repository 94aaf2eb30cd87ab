import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readToken } from '@trimtab/protocol/joining';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { makeGuestKey } from '../../support/joining/guest-key.ts';
import { type CollectorUnderTest, startCollectorProgram } from '../../support/programs/collector.ts';
import { connectPeer, type PeerOptions } from '../../support/programs/wire-peer.ts';

/** Guests over plain loopback, which leaves out encryption alone, at a collector as it is installed. */
let directory: string;
let collector: CollectorUnderTest;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'trimtab-joins-'));
  collector = await start();
});
afterAll(async () => {
  await collector?.[Symbol.asyncDispose]();
  await rm(directory, { recursive: true, force: true });
});

const start = (port = 0) => startCollectorProgram({ directory, port, takesUnenrolled: false });

async function enroll(...args: readonly string[]) {
  const { stdout } = await collector.trimtab('enroll', ...args, '--json');
  const read = readToken((JSON.parse(stdout) as { readonly token: string }).token);
  if (read.kind !== 'token') throw new Error(`no token: ${stdout}`);
  return read.token;
}

const connect = (options: Pick<PeerOptions, 'guest' | 'membership'>) =>
  connectPeer({ port: collector.agentPort, collector: collector.program, ...options });

it('a guest joins by the token that trimtab enroll prints, and comes back by its key after a restart', async () => {
  const { pin, secret } = await enroll('shop');
  const own = makeGuestKey();
  const guest = { hostname: 'till', productUuid: '12345678-1234-4234-8234-123456789012' };
  const joined = await connect({ guest, membership: { own, secret, pin } });
  expect(joined.name).toBe('shop');
  const doors = await joined.hears('collector');
  expect(doors).toMatchObject({ pins: [pin] });
  expect(doors.addresses).not.toEqual([]);
  joined.say({ type: 'learned', pins: doors.pins });
  await joined.leave();
  const port = collector.agentPort;
  await collector[Symbol.asyncDispose]();
  collector = await start(port);
  const back = await connect({ guest, membership: { own, secret: null, pin } });
  expect(back.name).toBe('shop');
  await back.leave();
});

it('a collector whose key is gone while guests have joined says so, and one that takes guests at their word', async () => {
  const KEY_GONE = 'another was made: trimtab keys restore FILE';
  const { pin, secret } = await enroll('lost');
  const guest = { hostname: 'lost', productUuid: '12345678-1234-4234-8234-000000000001' };
  await (await connect({ guest, membership: { own: makeGuestKey(), secret, pin } })).leave();
  await collector[Symbol.asyncDispose]();
  collector = await startCollectorProgram({ directory });
  await collector.program.says(/"setting":"accept-unenrolled","msg":"guests that have not joined are taken/);
  expect(collector.program.output()).not.toContain(KEY_GONE);
  await collector[Symbol.asyncDispose]();
  await rm(join(directory, 'collector', 'host-keys.json'));
  collector = await start();
  await collector.program.says(new RegExp(KEY_GONE));
  expect(collector.program.output()).not.toContain('accept-unenrolled');
});
