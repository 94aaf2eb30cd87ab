import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type Server } from 'node:tls';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PATIENT, senderOf } from '../../support/receivers/sender-of.ts';
import { noticeOf } from './notice-examples.ts';

// A server whose certificate nobody vouches for: whoever is on the way could be it.
let folder: string;
let server: Server;
let place: string;
let said = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'trimtab-tls-'));
  const [key, cert] = ['key.pem', 'cert.pem'].map((name) => join(folder, name)) as [string, string];
  const self = [
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-subj',
    '/CN=127.0.0.1',
  ];
  execFileSync('openssl', ['req', ...self, '-keyout', key, '-out', cert], { stdio: 'ignore' });
  server = createServer({ key: await readFile(key), cert: await readFile(cert) }, (socket) => {
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      said += chunk.toString('latin1');
    });
    socket.write('220 test\r\n');
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  place = `127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.close();
  await rm(folder, { recursive: true });
});

const account = { user: 'me', password: 's3cret' };

it.each([
  ['webhook', () => senderOf({ kind: 'webhook', url: `https://${place}/`, token: 's3cret', group: false })],
  [
    'email',
    () => senderOf({ kind: 'email', server: `smtps://${place}`, from: 'a@b.example', to: ['c@d.example'], ...account }),
  ],
  ['mqtt', () => senderOf({ kind: 'mqtt', url: `mqtts://${place}`, topic: null, discovery: 'ha', ...account })],
])('%s says nothing to a server that no authority knows', async (_, open) => {
  const sender = open();
  await expect(sender.send(noticeOf(), PATIENT)).rejects.toMatchObject({
    detail: { code: 'notice-unreachable', cause: expect.stringContaining('self-signed certificate') },
  });
  await sender.stop();
  expect(said).toBe('');
});
