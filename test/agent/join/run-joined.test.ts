import { access, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CLOSE_CODES } from '@trimtab/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHostKey } from '../../support/joining/host-key.ts';
import { SECRET, startProvingCollector, toJoinKey } from '../../support/programs/proving-collector.ts';
import { startFakeCollector } from '../support/fake-collector.ts';
import { type JoinRoom, openJoinRoom } from './in-join-room.ts';

let room: JoinRoom;
beforeEach(async () => {
  room = await openJoinRoom();
});
afterEach(() => room[Symbol.asyncDispose]());

const joinedKeys = async () => (await room.joined())?.collectors ?? [];

describe('an agent that has joined', () => {
  it.each([false, true])('proves itself at each connection, encrypted: %s', async (encrypted) => {
    await using host = await startProvingCollector({ encrypted });
    const addresses = encrypted ? [`localhost:${host.port}`] : [host.address];
    await room.join([host.token({ addresses })]);
    room.run();
    for (let times = 0; times < 2; times++) {
      await expect.poll(() => host.proofs.length, { timeout: 20_000 }).toBe(times + 2);
      expect(host.proofs.at(-1)).toMatchObject({ credential: { join: null }, signed: { guest: true } });
      host.hangUp();
    }
    expect(new Set(host.proofs.map(({ hello }) => hello.key)).size).toBe(1);
    expect(new Set(host.proofs.map(({ hello }) => hello.nonce)).size).toBe(host.proofs.length);
    // It goes on as any agent does.
    expect((await host.take('inventory')).inventory.filesystems).toEqual(expect.any(Array));
  });

  it('follows its collector to another key and another address, of which the old connection told', async () => {
    await using next = await startProvingCollector({ encrypted: true });
    const host = await startProvingCollector();
    await room.join([host.token()]);
    const agent = room.run();
    await expect.poll(() => host.proofs.length, { timeout: 20_000 }).toBe(2);
    const pins = [next.key.pin, host.key.pin];
    host.say({ type: 'collector', pins, addresses: [`localhost:${next.port}`] });
    expect(await host.take('learned')).toEqual({ type: 'learned', pins });
    expect(await joinedKeys()).toMatchObject([{ pins, addresses: [`localhost:${next.port}`, host.address] }]);
    await host[Symbol.asyncDispose]();
    await expect.poll(() => next.proofs.length, { timeout: 30_000 }).toBe(1);
    expect(next.proofs).toMatchObject([{ hello: { pin: next.key.pin }, signed: { guest: true } }]);
    expect(agent.process.exitCode).toBeNull();
  });

  it('makes a key of its own when the host asks for it, and has it after a restart', async () => {
    let asked = false;
    await using host = await startProvingCollector({ renew: () => asked });
    await room.join([host.token()]);
    const [before] = await joinedKeys();
    asked = true;
    const agent = room.run();
    await expect.poll(() => host.proofs.at(-1)?.signed.renewed, { timeout: 20_000 }).toBe(true);
    asked = false;
    const renewed = host.proofs.at(-1)?.credential.renewed?.key;
    await expect.poll(async () => (await joinedKeys())[0]?.renewedSeed).toBeNull();
    agent.process.kill('SIGKILL');
    await agent.ended;
    const count = host.proofs.length;
    room.run();
    await expect.poll(() => host.proofs.length, { timeout: 20_000 }).toBe(count + 1);
    expect(host.proofs.at(-1)).toMatchObject({ hello: { key: renewed }, signed: { guest: true } });
    expect((await joinedKeys())[0]?.seed).not.toBe(before?.seed);
  });

  it('says why it is refused, and what to do, and stays', async () => {
    let verdict: { name: string } | { code: number } = { name: 'web-1' };
    await using host = await startProvingCollector({ decide: () => verdict });
    await room.join([host.token()]);
    verdict = { code: CLOSE_CODES.revoked };
    const agent = room.run();
    await expect.poll(() => host.proofs.length, { timeout: 20_000 }).toBe(2);
    await expect
      .poll(() => agent.said(), { timeout: 20_000 })
      .toMatch(
        /the host has revoked the key of this guest \(4403\); trying again in [3-6]\d s\. To let it in again, run trimtab guests reinstate GUEST on the host\./,
      );
    expect(agent.process.exitCode).toBeNull();
  });

  it.each([
    [CLOSE_CODES.held, /takes this guest for a copy of another.* It then has a key of its own\./],
    [
      CLOSE_CODES.unknownKey,
      /it has joined anew since, with another key.* If this is a copy from before, stop its agent\./,
    ],
  ])('is told by %i what may be so of one that had joined', async (code, words) => {
    let verdict: { name: string } | { code: number } = { name: 'web-1' };
    await using host = await startProvingCollector({ decide: () => verdict });
    await room.join([host.token()]);
    verdict = { code };
    const agent = room.run();
    await expect.poll(() => agent.said(), { timeout: 20_000 }).toMatch(words);
    expect(agent.said()).not.toMatch(/the token was made for/);
  });

  it('goes to the address that is set, in the place of those that it knows', async () => {
    await using host = await startProvingCollector();
    await room.join([host.token({ addresses: [host.address] })]);
    await using again = await startProvingCollector({ key: host.key });
    room.run(['--collector', again.address]);
    await expect.poll(() => again.proofs.length, { timeout: 20_000 }).toBe(1);
    expect(host.proofs).toHaveLength(1);
  });

  it('of two collectors goes to the one that runs this guest', async () => {
    await using first = await startProvingCollector({
      decide: ({ hello }) => (hello.others > 0 ? { code: CLOSE_CODES.elsewhere } : { name: 'web-1' }),
    });
    await using second = await startProvingCollector();
    await room.join([first.token()]);
    await room.join([second.token()]);
    room.run();
    await second.take('inventory');
    expect(first.proofs.at(-1)?.hello.others).toBe(1);
  });
});

describe('a guest that is held', () => {
  it('comes in without another join once a person has let it in', async () => {
    let verdict: { name: string } | { code: number } = { code: CLOSE_CODES.held };
    await using host = await startProvingCollector({ decide: () => verdict });
    const { code, stderr } = await room.join([host.token()]);
    expect([code, stderr]).toEqual([3, expect.stringContaining('its agent comes in by itself (trimtab-agent run')]);
    expect((await room.join(['--show'])).stdout).toContain(`${host.address}  held there until a person decides`);
    const agent = room.run();
    // With its token still: without one, the host would know nothing of it.
    await expect.poll(() => host.proofs.length, { timeout: 20_000 }).toBe(2);
    expect(host.proofs[1]).toMatchObject({ credential: { join: { key: toJoinKey(SECRET) } }, signed: { join: true } });
    await expect.poll(() => agent.said(), { timeout: 20_000 }).toMatch(/lets it in only by the word of a person/);
    verdict = { name: 'web-1' };
    agent.process.kill('SIGKILL');
    await agent.ended;
    room.run();
    await expect.poll(async () => (await joinedKeys())[0]?.name, { timeout: 20_000 }).toBe('web-1');
    expect(await joinedKeys()).toMatchObject([{ joinedAt: expect.any(Number), tokenSeed: null }]);
    expect(new Set(host.proofs.map(({ hello }) => hello.key)).size).toBe(1);
  });

  it('comes in by the key that join --again made, in the place of the one before', async () => {
    let verdict: { name: string } | { code: number } = { name: 'web-1' };
    await using host = await startProvingCollector({ decide: () => verdict });
    await room.join([host.token()]);
    const [{ seed }] = (await joinedKeys()) as [{ seed: string }];
    verdict = { code: CLOSE_CODES.held };
    expect((await room.join([host.token(), '--again'])).code).toBe(3);
    verdict = { name: 'web-1' };
    room.run();
    await host.take('inventory');
    // The one that it waits for is none of the others that it may go to.
    expect(host.proofs.at(-1)).toMatchObject({ hello: { others: 0 }, signed: { join: true } });
    await expect.poll(async () => (await joinedKeys()).map(({ pins }) => pins)).toEqual([[host.key.pin]]);
    expect((await joinedKeys())[0]?.seed).not.toBe(seed);
  });

  it('is none of the others to a collector that has let this guest in', async () => {
    await using held = await startProvingCollector({ decide: () => ({ code: CLOSE_CODES.held }) });
    await using host = await startProvingCollector();
    await room.join([host.token()]);
    await room.join([held.token()]);
    room.run();
    await host.take('inventory');
    expect([held.proofs.length, held.proofs.at(-1)?.hello.others]).toEqual([2, 1]);
    expect(host.proofs.at(-1)?.hello.others).toBe(0);
  });
});

describe('an agent that runs', () => {
  it('takes up what is joined meanwhile', async () => {
    const plain = await startFakeCollector();
    const agent = room.run(['--collector', plain.address]);
    expect(await plain.take('hello')).toMatchObject({ key: null });
    const port = Number(plain.address.split(':')[1]);
    await using host = await startProvingCollector();
    const { stdout } = await room.join([host.token()]);
    expect(stdout).toContain('the agent that runs here takes it up within a minute');
    await plain.close();
    // The address that is set goes before those of the token.
    await using set = await startProvingCollector({ key: host.key, port });
    await expect.poll(() => set.proofs.length, { timeout: 30_000 }).toBe(1);
    expect(agent.process.exitCode).toBeNull();
  });
});

describe('a token that was laid ready', () => {
  let root: string;
  beforeEach(async () => {
    root = await mkdtemp(join(room.folder, 'root-'));
  });
  afterEach(() => rm(root, { recursive: true, force: true }));

  const lay = async (path: string, content: string | Uint8Array) => {
    const place = join(root, path);
    await mkdir(join(place, '..'), { recursive: true });
    await writeFile(place, content);
    return place;
  };
  /** Type 11, and nothing in its fixed part but how many strings there are. */
  const toEntry = (strings: readonly string[]) =>
    Buffer.concat([Buffer.from([11, 5, 0, 0x0e, strings.length]), Buffer.from(`${strings.join('\0')}\0\0`)]);

  it.each([
    ['a credential', (token: string) => lay('credentials/trimtab.join', token)],
    [
      'an OEM string of the firmware',
      (token: string) =>
        lay('sys/firmware/dmi/entries/11-0/raw', toEntry(['other', `io.systemd.credential:trimtab.join=${token}`])),
    ],
    [
      'one in base64',
      (token: string) => {
        const text = `io.systemd.credential.binary:trimtab.join=${Buffer.from(token).toString('base64')}`;
        return lay('sys/firmware/dmi/entries/11-1/raw', toEntry([text]));
      },
    ],
    ['a file', (token: string) => lay('etc/trimtab/join-token', `${token}\n`)],
  ] as const)('is taken at the start, from %s', async (what, layReady) => {
    await using host = await startProvingCollector();
    const place = await layReady(host.token());
    const start = () => room.run(['--root', root], { environment: { CREDENTIALS_DIRECTORY: '/credentials' } });
    const agent = start();
    await expect.poll(() => host.proofs.length, { timeout: 20_000 }).toBe(1);
    expect(host.proofs).toMatchObject([{ credential: { join: { key: toJoinKey(SECRET) } }, signed: { join: true } }]);
    await expect.poll(async () => (await joinedKeys())[0]?.name, { timeout: 20_000 }).toBe('web-1');
    // The file alone is the agent's to remove.
    const isThere = () =>
      access(place).then(
        () => true,
        () => false,
      );
    await expect.poll(isThere).toBe(what !== 'a file');
    agent.process.kill('SIGKILL');
    await agent.ended;
    start();
    await expect.poll(() => host.proofs.length, { timeout: 20_000 }).toBe(2);
    expect(host.proofs[1]).toMatchObject({ hello: { key: host.proofs[0]?.hello.key }, credential: { join: null } });
  });

  it('is shown with the same key after the agent was killed before its welcome', async () => {
    let isLost = true;
    await using host = await startProvingCollector({ decide: () => (isLost ? { code: 4500 } : { name: 'web-1' }) });
    await lay('etc/trimtab/join-token', host.token());
    const agent = room.run(['--root', root]);
    await expect.poll(() => host.proofs.length, { timeout: 20_000 }).toBe(1);
    agent.process.kill('SIGKILL');
    await agent.ended;
    isLost = false;
    room.run(['--root', root]);
    await expect.poll(async () => (await joinedKeys())[0]?.name, { timeout: 20_000 }).toBe('web-1');
    expect(new Set(host.proofs.map(({ hello }) => hello.key)).size).toBe(1);
  });

  it('that is none is told of, with its place and without what is in it', async () => {
    await lay('etc/trimtab/join-token', 'tt1.secret');
    const { code, stderr } = await room.run(['--root', root]).ended;
    expect(code).toBe(1);
    expect(stderr).toContain('cannot join: /etc/trimtab/join-token: its end is missing');
    expect(stderr).not.toContain('secret');
  });

  it('is tried again when the host does not take it, and the log says why', async () => {
    await using host = await startProvingCollector({ decide: () => ({ code: CLOSE_CODES.tokenExpired }) });
    await lay('etc/trimtab/join-token', host.token());
    const agent = room.run(['--root', root]);
    await expect.poll(() => agent.said(), { timeout: 20_000 }).toContain('the time of this token is over');
    expect(await joinedKeys()).toMatchObject([{ joinedAt: null, pins: [host.key.pin] }]);
  });

  it('does not lead an agent that expects another key astray', async () => {
    await using host = await startProvingCollector();
    await lay('etc/trimtab/join-token', (await startProvingToken(host.address)).token);
    const agent = room.run(['--root', root]);
    await expect.poll(() => agent.said(), { timeout: 20_000 }).toContain('it proves another key (4417');
    expect(host.heard.map(({ type }) => type)).toEqual(['hello']);
  });
});

/** A token of another host that names this address. */
async function startProvingToken(address: string): Promise<{ readonly token: string }> {
  await using other = await startProvingCollector({ key: createHostKey() });
  return { token: other.token({ addresses: [address] }) };
}
