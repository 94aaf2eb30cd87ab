import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';
import { createTransport } from '../../../agent/src/io/transport.ts';
import { type Channel, openChannel } from '../../../agent/src/link/channel.ts';
import type { SerialPortHandlers } from '../../../agent/src/ports/serial-port.ts';
import { holdChannel } from '../../../collector/src/link/channel-host.ts';
import type { ChannelPortHandlers } from '../../../collector/src/ports/channel-port.ts';

type Hear = (socket: WebSocket) => void;
const refuse: Hear = (socket) => void socket.once('message', () => socket.close(4403, 'revoked'));

/** A guest's channel with both of its ends, and a collector: one that says no to each hello, if nothing else is said. */
async function openGuestChannel(hear = refuse) {
  const server = createServer();
  const sockets = new WebSocketServer({ server, path: '/agent' });
  sockets.on('connection', hear);
  let guest: SerialPortHandlers | null = null;
  let host: ChannelPortHandlers | null = null;
  let ids = 0;
  const channel = await openChannel({
    async openPort({ handlers }) {
      guest = handlers;
      return {
        write: async (bytes) => void setImmediate(() => host?.chunk(bytes)),
        resume: () => {},
        isDeserted: () => host === null,
      };
    },
    newId: () => (++ids).toString(16).padStart(16, '0'),
    onGone: () => {},
  });
  if (channel === null) throw new Error('there is no port');
  return {
    channel,
    /** The collector comes to the host's end. */
    hold: () =>
      holdChannel({
        path: '/port',
        openPort(_path, handlers) {
          host = handlers;
          setImmediate(handlers.opened);
          const write = (bytes: Uint8Array) => setImmediate(() => guest?.chunk(bytes)) !== null;
          return { write, pause: () => {}, resume: () => {}, close: () => {} };
        },
        clock: { after: () => () => {} },
        onStream: (stream) => void server.emit('connection', stream),
      }),
  };
}

function sayHello(channel: Channel): Promise<{ readonly code: number; readonly reason: string }> {
  const transport = createTransport({ connectChannel: channel.connect });
  return new Promise((resolve) => {
    const connection = transport.open({
      door: { kind: 'channel' },
      handlers: {
        reached: () => {},
        opened: () => connection.send(Buffer.from('hello')),
        frame: () => {},
        pinged: () => {},
        closed: resolve,
      },
    });
  });
}

// Each within the time after which the agent would say that no welcome came.
it('tells each time why the collector has closed, also over a channel', { timeout: 9_000 }, async () => {
  const { channel, hold } = await openGuestChannel();
  hold();
  for (let times = 0; times < 3; times++) expect(await sayHello(channel)).toEqual({ code: 4403, reason: 'revoked' });
});

it('says nothing over a channel before a collector has come to it', { timeout: 9_000 }, async () => {
  const { channel, hold } = await openGuestChannel();
  const closed = sayHello(channel);
  await new Promise((resolve) => setTimeout(resolve, 50));
  hold();
  expect(await closed).toEqual({ code: 4403, reason: 'revoked' });
});

it('is told to the collector at once, where the agent closes', { timeout: 9_000 }, async () => {
  let heard = (_code: number) => {};
  const closed = new Promise<number>((resolve) => {
    heard = resolve;
  });
  const { channel, hold } = await openGuestChannel((socket) => void socket.on('close', (code) => heard(code)));
  hold();
  const transport = createTransport({ connectChannel: channel.connect });
  const connection = transport.open({
    door: { kind: 'channel' },
    handlers: {
      reached: () => {},
      opened: () => connection.close({ code: 1001, reason: 'the agent stops' }),
      frame: () => {},
      pinged: () => {},
      closed: () => {},
    },
  });
  expect(await closed).toBe(1001);
});
