import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { type FromGuest, type FromHost, fromGuestCodec, fromHostCodec, SUBPROTOCOL } from '@trimtab/protocol';
import { type WebSocket, WebSocketServer } from 'ws';

/** Speaks the collector's side of the wire, and does nothing that a test did not ask for but say welcome. */
export interface FakeCollector {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  /** Everything guests said, in order. */
  readonly heard: readonly FromGuest[];
  say(message: FromHost): void;
  /** The next message of a type that was not taken yet. */
  take<Type extends FromGuest['type']>(type: Type): Promise<Extract<FromGuest, { type: Type }>>;
  /** Ends the connection without a close frame. */
  hangUp(): void;
  close(): Promise<void>;
}

export async function startFakeCollector({
  port = 0,
  version = 2,
}: {
  port?: number;
  /** Of the messages, that it agrees on. */
  version?: number;
} = {}): Promise<FakeCollector> {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port,
    path: '/agent',
    handleProtocols: (protocols) => (protocols.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  await once(server, 'listening');
  const heard: FromGuest[] = [];
  const taken = new Set<FromGuest>();
  const waiting = new Set<() => void>();
  let socket: WebSocket | null = null;

  server.on('connection', (connection) => {
    socket = connection;
    connection.on('message', (data) => {
      const decoded = fromGuestCodec.decode(data as Buffer);
      if (decoded.kind === 'bad-frame') throw new Error(`the agent sent a bad frame: ${decoded.reason}`);
      heard.push(decoded.message);
      if (decoded.message.type === 'hello') say({ type: 'welcome', version, collectorVersion: '0.0.0', guest: 'test' });
      for (const check of [...waiting]) check();
    });
  });

  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    heard,
    say,
    take(type) {
      return new Promise((resolve) => {
        const check = (): void => {
          const found = heard.find((message) => message.type === type && !taken.has(message));
          if (found === undefined) return;
          waiting.delete(check);
          taken.add(found);
          resolve(found as Extract<FromGuest, { type: typeof type }>);
        };
        waiting.add(check);
        check();
      });
    },
    hangUp: () => socket?.terminate(),
    async close() {
      for (const client of server.clients) client.terminate();
      server.close();
      await once(server, 'close');
    },
  };

  function say(message: FromHost): void {
    socket?.send(fromHostCodec.encode(message));
  }
}
