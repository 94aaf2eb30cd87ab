import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { CLOSE_CODES } from '@trimtab/protocol';
import { formatToken } from '@trimtab/protocol/joining';
import { describe, expect, it } from 'vitest';
import { createHostKey } from '../../support/joining/host-key.ts';
import { SECRET, startProvingCollector, toJoinKey } from '../../support/programs/proving-collector.ts';
import { openJoinRoom } from './in-join-room.ts';

/** An address of this machine that is no loopback to the agent: by it TLS is spoken. */
const NAMED = 'localhost';

describe('trimtab-agent join', () => {
  it.each(['argument', '-', 'pipe', 'file'] as const)('joins by a token from its %s, and keeps a key', async (way) => {
    await using room = await openJoinRoom();
    await using host = await startProvingCollector();
    const token = host.token();
    const file = join(room.folder, 'token');
    await writeFile(file, `${token}\n`);
    const args = { argument: [token], '-': ['-'], pipe: [], file: ['--token-file', file] }[way];
    const { code, stdout, stderr } = await room.join(args, {
      input: way === '-' || way === 'pipe' ? `${token}\n` : '',
    });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`joined the host at ${host.address} as web-1; start the agent with trimtab-agent run\n`);

    const [proof] = host.proofs;
    expect(proof).toMatchObject({
      hello: { pin: host.key.pin, others: 0, starter: 'resident', versions: { newest: 4 } },
      credential: { join: { key: toJoinKey(SECRET) }, renewed: null },
      signed: { guest: true, join: true },
    });
    expect(await room.joined()).toMatchObject({
      version: 1,
      collectors: [{ pins: [host.key.pin], addresses: [host.address], name: 'web-1', joinedAt: expect.any(Number) }],
    });
    expect(await room.mode()).toBe(0o600);
    // The secret is in no place, and has gone over no wire.
    expect(JSON.stringify([await room.joined(), host.heard])).not.toContain(SECRET);
  });

  it('says nothing in plain to whoever listens on its own loopback, where the collector is found elsewhere too [P3]', async () => {
    await using room = await openJoinRoom();
    await using host = await startProvingCollector({ encrypted: true });
    const firstBytes: (number | undefined)[] = [];
    const listening = createServer((socket) => {
      socket.on('error', () => {}).on('data', (chunk) => firstBytes.push(chunk[0]) && socket.destroy());
    }).listen(0, '127.0.0.1');
    await once(listening, 'listening');
    const here = `127.0.0.1:${(listening.address() as AddressInfo).port}`;
    const { code, stderr } = await room.join([host.token({ addresses: [here, `${NAMED}:${host.port}`] })]);
    listening.close();
    expect([code, stderr]).toEqual([0, '']);
    // That of a TLS handshake.
    expect(firstBytes).toEqual([0x16]);
  });

  it.each(['ec', 'rsa', 'ed25519'] as const)('joins over TLS by the pin of a key of the kind %s', async (kind) => {
    await using room = await openJoinRoom();
    await using host = await startProvingCollector({ key: createHostKey(kind), encrypted: true });
    const { code, stderr } = await room.join([host.token({ addresses: [`${NAMED}:${host.port}`] })]);
    expect([code, stderr]).toEqual([0, '']);
    expect(host.proofs).toMatchObject([{ signed: { guest: true, join: true } }]);
    const hex = Buffer.from(host.key.pin, 'base64url').toString('hex');
    expect(host.serverNames).toEqual([`${hex.slice(0, 32)}.trimtab`]);
  });

  it.each([
    ['over long ago', new Date('1999-01-01'), new Date('1999-02-01')],
    ['not begun', new Date('2098-01-01'), new Date('2099-01-01')],
  ])('has no use for the dates of a certificate: %s', async (_what, from, until) => {
    await using room = await openJoinRoom();
    await using host = await startProvingCollector({ encrypted: true, from, until });
    const { code } = await room.join([host.token({ addresses: [`${NAMED}:${host.port}`] })]);
    expect(code).toBe(0);
  });

  it('sends not a byte of HTTP to a host that proves another key by TLS', async () => {
    await using room = await openJoinRoom();
    await using host = await startProvingCollector({ encrypted: true });
    const addresses = [`${NAMED}:${host.port}`];
    const { code, stderr } = await room.join([formatToken({ addresses, pin: createHostKey().pin, secret: SECRET })]);
    expect(code).toBe(3);
    expect(stderr).toContain('what answers there is not the collector that this guest knows: it proves another key');
    expect([host.requests, host.heard, await room.joined()]).toEqual([[], [], null]);
  });

  it('takes the first address that leads to the host', async () => {
    await using room = await openJoinRoom();
    await using other = await startProvingCollector();
    await using host = await startProvingCollector();
    const addresses = ['127.0.0.1:1', '127.999.1.1:1', other.address, host.address];
    const { code, stdout } = await room.join([host.token({ addresses })]);
    expect([code, stdout]).toEqual([0, expect.stringContaining(`joined the host at ${host.address} as`)]);
    // The other was not spoken to beyond its challenge.
    expect(other.heard.map(({ type }) => type)).toEqual(['hello']);
  });

  it('goes to an address that is given first, and keeps it', async () => {
    await using room = await openJoinRoom();
    await using host = await startProvingCollector({ host: '::1' });
    const token = host.token({ addresses: ['127.0.0.1:1'] });
    const { code } = await room.join([token, '--collector', host.address]);
    expect(code).toBe(0);
    expect(await room.joined()).toMatchObject({ collectors: [{ addresses: [host.address, '127.0.0.1:1'] }] });
  });

  it.each([
    [CLOSE_CODES.tokenExpired, 3, 'the time of this token is over, by the clock of the host', 'trimtab enroll GUEST'],
    [CLOSE_CODES.tokenUsed, 3, 'this token was used by another guest already', '--uses N'],
    [CLOSE_CODES.tokenUnknown, 3, 'the host has made no such token, or has withdrawn it', 'trimtab enroll GUEST'],
    [CLOSE_CODES.revoked, 3, 'the host has revoked the key of this guest', 'trimtab guests reinstate'],
    [CLOSE_CODES.unknownKey, 3, 'the host does not know the key of this guest', 'join --again TOKEN'],
    [CLOSE_CODES.badSignature, 3, 'the signature of this guest is not of this connection', 'a proxy'],
    [CLOSE_CODES.downgrade, 3, 'the host knows this guest by a key, and no key was shown', 'join --again TOKEN'],
    [CLOSE_CODES.tryLater, 1, 'the collector is gone (1013', '--collector ADDRESS:PORT'],
  ])(
    'says in a sentence of its own, with what to do, why the host refused: %i',
    async (closed, exit, sentence, remedy) => {
      await using room = await openJoinRoom();
      await using host = await startProvingCollector({ decide: () => ({ code: closed }) });
      const { code, stderr } = await room.join([host.token()]);
      expect([code, stderr]).toEqual([
        exit,
        expect.stringContaining(`cannot join: the collector at ${host.address}: `),
      ]);
      expect(stderr).toContain(sentence);
      expect(stderr).toContain(remedy);
      if (exit === 3) expect(await room.joined()).toBeNull();
    },
  );

  it('shows the same key again after it was held, or when the word of the host was lost', async () => {
    await using room = await openJoinRoom();
    let met = 0;
    await using host = await startProvingCollector({
      decide: () =>
        [{ code: CLOSE_CODES.held, reason: 'another has this UUID' }, { code: 4500 }, { name: 'web-1' }][met++] ?? {
          code: 4500,
        },
    });
    const held = await room.join([host.token()]);
    expect([held.code, held.stderr]).toEqual([
      3,
      expect.stringContaining(
        'doubts that this is the guest that the token was made for, and lets it in only by the word of a person (4413, another has this UUID)',
      ),
    ]);
    expect((await room.join([host.token()])).code).toBe(1);
    expect((await room.join([host.token(), '--again'])).code).toBe(0);
    expect(new Set(host.proofs.map(({ hello }) => hello.key)).size).toBe(1);
  });

  it.each([
    [
      'another says it without a challenge',
      { type: 'welcome', version: 4, collectorVersion: '1', guest: 'x' },
      'does not prove that it is the collector',
    ],
    [
      'an old one welcomes',
      { type: 'welcome', version: 3, collectorVersion: '1', guest: 'x' },
      'does not prove that it is the collector',
    ],
  ] as const)('is not let in by a downgrade: %s', async (_what, welcome, sentence) => {
    await using room = await openJoinRoom();
    await using host = await startProvingCollector({ answer: () => welcome });
    const { code, stderr } = await room.join([host.token()]);
    expect([code, stderr]).toEqual([3, expect.stringContaining(sentence)]);
    expect(host.heard.map(({ type }) => type)).toEqual(['hello']);
  });

  it('is not let in by a welcome to a version without proof', async () => {
    await using room = await openJoinRoom();
    await using host = await startProvingCollector({ version: 3 });
    const { code, stderr } = await room.join([host.token()]);
    expect([code, stderr]).toEqual([3, expect.stringContaining('does not prove that it is the collector')]);
  });

  it.each([
    ['replayed, of another nonce', { hello: { nonce: 'A'.repeat(43) } }],
    ['relayed, of another connection', { binding: 'B'.repeat(43) }],
    ['of what another guest said', { hello: { key: 'C'.repeat(43) } }],
    ['of a hello that was changed on its way', { hello: { starter: 'timer' } }],
  ] as const)('answers no signature that is not of this connection: %s', async (_what, changed) => {
    await using room = await openJoinRoom();
    await using host = await startProvingCollector({
      answer: ({ hello, binding, key }) =>
        key.challenge({
          hello,
          binding,
          signed: { ...changed, hello: { ...hello, ...('hello' in changed && changed.hello) } },
        }),
    });
    const { code, stderr } = await room.join([host.token()]);
    expect([code, stderr]).toEqual([3, expect.stringContaining('the signature of the host is not of this connection')]);
    expect(host.heard.map(({ type }) => type)).toEqual(['hello']);
  });

  it('tells of all addresses when none leads anywhere', async () => {
    await using room = await openJoinRoom();
    const silent = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as { port: number };
    const addresses = ['127.0.0.1:1', `127.0.0.1:${port}`, `${NAMED}:${port}`];
    const { code, stderr } = await room.join([formatToken({ addresses, pin: createHostKey().pin, secret: SECRET })]);
    silent.close();
    expect(code).toBe(1);
    expect(stderr).toMatch(/127\.0\.0\.1:1: cannot connect to the collector \(127\.0\.0\.1:1: connection refused\); /);
    expect(stderr).toContain(`127.0.0.1:${port}: cannot connect to the collector (`);
    expect(stderr).toContain(`${NAMED}:${port}: cannot connect to the collector (`);
    expect(stderr).toContain('--collector ADDRESS:PORT');
    expect(await room.joined()).toBeNull();
  });
});
