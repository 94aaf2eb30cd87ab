import type { Duplex } from 'node:stream';
import { PLAIN_BINDING } from '@trimtab/protocol/joining';
import { toCause } from '@trimtab/protocol/shared';
import { type Door, formatAddress } from '../model/route.ts';
import type { Connection, Transport, TransportHandlers } from '../ports/transport.ts';
import { connectTls } from './tls-connection.ts';
import { openWebSocket } from './websocket.ts';

/** WebSockets, each by the way that its door asks for. `connectChannel`: a stream over the guest's port. */
export function createTransport({ connectChannel = noChannel }: { connectChannel?: () => Duplex } = {}): Transport {
  return {
    open({ door, handlers }) {
      try {
        switch (door.kind) {
          case 'channel':
            return openOverChannel(connectChannel(), handlers);
          case 'tls':
            return openSealed(door, handlers);
          case 'plain':
            return openPlain(door, handlers);
        }
      } catch (error) {
        // What a token or a collector calls an address may be none (`999.1.1.1`).
        setImmediate(() => handlers.closed({ code: NOBODY_CLOSED, reason: toCause(error) }));
        return { send: () => {}, close: () => {} };
      }
    },
  };
}

/** RFC 6455, 7.1.5. */
const NOBODY_CLOSED = 1006;

function noChannel(): never {
  throw new Error('the channel is not used here');
}

/** It is the host's: nobody else can be at its other end, and nobody can listen to it. */
function openOverChannel(stream: Duplex, handlers: TransportHandlers): Connection {
  const opened = () => handlers.opened({ binding: PLAIN_BINDING, pin: null });
  return openWebSocket({ address: 'channel.trimtab', socket: stream, handlers: { ...handlers, opened } });
}

function openPlain(door: Extract<Door, { kind: 'plain' }>, handlers: TransportHandlers): Connection {
  const opened = () => handlers.opened({ binding: PLAIN_BINDING, pin: null });
  return openWebSocket({ address: formatAddress(door), handlers: { ...handlers, opened } });
}

/** Not a byte of HTTP is sent before the key was seen to be the right one. */
function openSealed(door: Extract<Door, { kind: 'tls' }>, handlers: TransportHandlers): Connection {
  let connection: Connection | null = null;
  const takeBack = connectTls({
    door,
    reached: handlers.reached,
    sealed({ socket, opened }) {
      const own = { ...handlers, opened: () => handlers.opened(opened) };
      // Not its address: that is no more than a way to it.
      connection = openWebSocket({ address: 'collector.trimtab', socket, handlers: own });
    },
    failed: handlers.closed,
  });
  return {
    send: (frame) => connection?.send(frame),
    close(close) {
      if (connection === null) {
        takeBack();
        handlers.closed(close);
      } else connection.close(close);
    },
  };
}
