import { PLAIN_BINDING } from '@trimtab/protocol/joining';
import { toCause } from '@trimtab/protocol/shared';
import { type Door, toAddress } from '../model/route.ts';
import type { Connection, Transport, TransportHandlers } from '../ports/transport.ts';
import { connectTls } from './tls-connection.ts';
import { openWebSocket } from './websocket.ts';

/** WebSockets, each by the way that its door asks for. */
export function createTransport(): Transport {
  return {
    open({ door, handlers }) {
      try {
        return door.kind === 'tls' ? openSealed(door, handlers) : openPlain(door, handlers);
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

function openPlain(door: Door, handlers: TransportHandlers): Connection {
  const opened = () => handlers.opened({ binding: PLAIN_BINDING, pin: null });
  return openWebSocket({ address: toAddress(door), handlers: { ...handlers, opened } });
}

/** Not a byte of HTTP is sent before the key was seen to be the right one. */
function openSealed(door: Extract<Door, { kind: 'tls' }>, handlers: TransportHandlers): Connection {
  let connection: Connection | null = null;
  const takeBack = connectTls({
    door,
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
