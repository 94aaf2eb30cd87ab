import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { tellApart } from '../../../collector/src/io/agents/tell-apart.ts';
import { recordClientHello } from '../../support/programs/client-hello.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** Both ends of a connection, and what the one of the collector was told. */
async function open() {
  const server = createServer({ allowHalfOpen: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const far = connect((server.address() as AddressInfo).port, '127.0.0.1').on('error', () => {});
  const [near] = (await once(server, 'connection')) as [Socket];
  closing.push(
    () => server.close(),
    () => far.destroy(),
    () => near.destroy(),
  );
  const told: ('tls' | 'plain')[] = [];
  tellApart(near, (kind) => told.push(kind));
  const say = async (bytes: Uint8Array) => {
    const before = near.bytesRead;
    far.write(bytes);
    while (near.bytesRead < before + bytes.length) await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { near, far, told, say };
}

it('half a ClientHello is nothing yet, and the whole is all there', async () => {
  const hello = await recordClientHello();
  const { near, told, say } = await open();
  for (const [from, to] of [
    [0, 1],
    [1, 4],
    [4, 5],
    [5, 60],
    [60, hello.length - 1],
  ] as const) {
    await say(hello.subarray(from, to));
    expect(told).toEqual([]);
  }
  await say(hello.subarray(-1));
  expect(told).toEqual(['tls']);
  expect(near.read()).toEqual(hello);
});

it('what is no TLS is told by its first byte, and what promises too much is left to OpenSSL', async () => {
  const plain = await open();
  await plain.say(Buffer.from('G'));
  expect(plain.told).toEqual(['plain']);
  const long = await open();
  await long.say(Buffer.concat([Buffer.from([0x16, 3, 1, 0xff, 0xff]), Buffer.alloc(2 ** 14)]));
  expect(long.told).toEqual(['tls']);
});

it('one that ends in the middle is gone, and nobody was told', async () => {
  const { near, far, told, say } = await open();
  await say(Buffer.from([0x16, 3, 1, 2, 0, 1]));
  far.end();
  await once(near, 'close');
  expect(told).toEqual([]);
});
