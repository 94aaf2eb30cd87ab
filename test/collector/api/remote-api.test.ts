import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import {
  BasicConstraintsExtension,
  type Extension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from '@peculiar/x509';
import { afterEach, describe, expect, it } from 'vitest';
import { createApi } from '../../../collector/src/api/create-api.ts';
import { createDeskClient } from '../../../collector/src/compose/desk-client.ts';
import { startApi } from '../../../collector/src/io/api-server.ts';
import { clock } from '../../../collector/src/io/clock.ts';
import type { RemoteApi } from '../../../collector/src/model/api-place.ts';
import type { HostKeyRing } from '../../../collector/src/ports/host-keys.ts';
import { openKeys } from '../io/keys-under-test.ts';
import { STATUS } from './examples.ts';
import { createFakeDesk, REQUEST_ID } from './fake-desk.ts';
import { createNetworkDoor, TOKENS } from './network-door.ts';
import { createRecordedLog } from './served-desk.ts';

// A command that asks the collector of another host.

const SAME = { takenAt: STATUS.takenAt };
const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function serve(keys: HostKeyRing | null): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'trimtab-remote-'));
  closing.push(() => rm(folder, { recursive: true }));
  const { log } = createRecordedLog();
  const desk = createFakeDesk();
  const port = await freePort();
  const door = createNetworkDoor({ isEncrypted: keys !== null });
  const api = await startApi({
    socket: { path: join(folder, 'api'), fetch: createApi({ desk, clock, log, door: { face: 'socket' } }).fetch },
    tcp: [{ host: '127.0.0.1', port, keys, fetch: createApi({ desk, clock, log, door }).fetch }],
    metrics: null,
  });
  closing.push(() => api.close());
  return port;
}

async function prepare() {
  const made = await openKeys();
  closing.push(() => made[Symbol.asyncDispose]());
  return made;
}

const remoteOf = (given: Partial<RemoteApi>) => ({
  remote: { origin: 'https://127.0.0.1:1', token: TOKENS.read, pin: null, ca: null, ...given },
});

describe('by its pin', () => {
  it('it is asked over TLS, streams too, also while its keys change', async () => {
    const { keys } = await prepare();
    const port = await serve(keys);
    const pin = keys.all()[0]?.pin ?? '';
    const origin = `https://127.0.0.1:${port}`;
    expect(await createDeskClient(remoteOf({ origin, pin })).status({ now: false })).toMatchObject(SAME);
    await keys.rotate({ overlapMs: 60_000 });
    expect(await createDeskClient(remoteOf({ origin, pin })).status({ now: false })).toMatchObject(SAME);
    const events = createDeskClient(remoteOf({ origin, pin })).watch({
      requestId: REQUEST_ID,
      after: 0,
      signal: AbortSignal.timeout(500),
      onPresence() {},
    });
    await expect(events[Symbol.asyncIterator]().next()).rejects.toThrow(/abort|timeout/i);
  });

  it('another gets nothing of the request, and no token', async () => {
    const { keys } = await prepare();
    const [theirs, ours] = [keys.all()[0], (await prepare()).keys.all()[0]];
    const heard: Buffer[] = [];
    let came = 0;
    const other = createTlsServer({ cert: theirs?.certificate ?? '', key: theirs?.privateKey ?? '' }, (socket) => {
      socket.on('error', () => {}).on('data', (bytes) => heard.push(bytes));
    }).listen(0, '127.0.0.1');
    other.on('connection', () => {
      came += 1;
    });
    await once(other, 'listening');
    closing.push(() => other.close());
    const origin = `https://127.0.0.1:${(other.address() as { port: number }).port}`;
    for (let nth = 0; nth < 20; nth += 1)
      await expect(
        createDeskClient(remoteOf({ origin, pin: ours?.pin ?? '' })).status({ now: false }),
      ).rejects.toMatchObject({
        detail: { code: 'wrong-api-key', subject: origin, hint: expect.stringContaining('--api-pin PIN') },
      });
    expect(came).toBe(20);
    expect(heard).toEqual([]);
  });
});

describe('by a certificate of the operator', () => {
  it('with a chain, it is asked by whoever trusts its authority, and by the name in it', async () => {
    const made = await prepare();
    const { authority, chain, key } = await makeChain();
    const files = { tlsCertificate: join(made.directory, 'c.pem'), tlsKey: join(made.directory, 'k.pem') };
    await writeFile(files.tlsCertificate, chain);
    await writeFile(files.tlsKey, key, { mode: 0o600 });
    const keys = await made.reopen(files);
    const port = await serve(keys);
    const status = (given: Partial<RemoteApi>) => createDeskClient(remoteOf(given)).status({ now: false });
    expect(await status({ origin: `https://localhost:${port}`, ca: authority })).toMatchObject(SAME);
    // Its pin leads to the same, and that of the collector’s own key as well.
    for (const { pin } of keys.all())
      expect(await status({ origin: `https://localhost:${port}`, pin })).toMatchObject(SAME);
    for (const given of [
      { origin: `https://localhost:${port}` },
      { origin: `https://127.0.0.1:${port}`, ca: authority },
    ])
      await expect(status(given)).rejects.toMatchObject({ detail: { code: 'wrong-api-key' } });
  });
});

it('on this host it is asked without TLS, and never by who has a wrong token', async () => {
  const port = await serve(null);
  const origin = `http://localhost:${port}`;
  expect(await createDeskClient(remoteOf({ origin })).status({ now: false })).toMatchObject(SAME);
  const wrong = createDeskClient(remoteOf({ origin, token: `${TOKENS.read.slice(0, -1)}A` }));
  await expect(wrong.status({ now: false })).rejects.toMatchObject({ detail: { code: 'wrong-token' } });
});

it('where nobody answers, and where no TLS is spoken, it says so', async () => {
  const port = await freePort();
  const { keys } = await prepare();
  const pin = keys.all()[0]?.pin ?? '';
  const gone = createDeskClient(remoteOf({ origin: `https://127.0.0.1:${port}`, pin }));
  await expect(gone.status({ now: false })).rejects.toMatchObject({
    detail: { code: 'no-collector', hint: expect.stringContaining('--api-listen') },
  });
  const plain = createDeskClient(remoteOf({ origin: `https://127.0.0.1:${await serve(null)}`, pin }));
  await expect(plain.status({ now: false })).rejects.toMatchObject({ detail: { code: 'collector-gone' } });
});

interface Signing {
  readonly subject: string;
  readonly issuer: string;
  readonly by: webcrypto.CryptoKeyPair;
  readonly keys: webcrypto.CryptoKeyPair;
  readonly extensions: readonly Extension[];
}

async function makeChain() {
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const makeKeys = async () =>
    (await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])) as webcrypto.CryptoKeyPair;
  const dates = { notBefore: new Date(Date.now() - 60_000), notAfter: new Date(Date.now() + 86_400_000) };
  const [root, middle, leaf] = [await makeKeys(), await makeKeys(), await makeKeys()];
  const sign = ({ subject, issuer, by, keys, extensions }: Signing) =>
    X509CertificateGenerator.create(
      {
        ...dates,
        serialNumber: '01',
        subject: `CN=${subject}`,
        issuer: `CN=${issuer}`,
        signingAlgorithm: algorithm,
        signingKey: by.privateKey,
        publicKey: keys.publicKey,
        extensions: [...extensions],
      },
      webcrypto,
    );
  const isAuthority = new BasicConstraintsExtension(true, undefined, true);
  const names = new SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }]);
  const authority = await sign({ subject: 'root', issuer: 'root', by: root, keys: root, extensions: [isAuthority] });
  const between = await sign({ subject: 'between', issuer: 'root', by: root, keys: middle, extensions: [isAuthority] });
  const own = await sign({ subject: 'host', issuer: 'between', by: middle, keys: leaf, extensions: [names] });
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', leaf.privateKey)).toString('base64');
  return {
    authority: authority.toString('pem'),
    chain: `${own.toString('pem')}\n${between.toString('pem')}\n`,
    key: `-----BEGIN PRIVATE KEY-----\n${key.match(/.{1,64}/g)?.join('\n')}\n-----END PRIVATE KEY-----\n`,
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
