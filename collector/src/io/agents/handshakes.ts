import type { Socket } from 'node:net';
import { createServer, type TLSSocket } from 'node:tls';
import { createTlsOptions, followKeys, type ServedKeys } from '../tls-by-name.ts';
import type { Arrival } from './arrivals.ts';

/** TLS over connections that have arrived. */
export interface Handshakes {
  /** With its socket, once it is encrypted; not for one that fails, which is destroyed. */
  begin(arrival: Arrival<Socket>): void;
}

export function createHandshakes(
  keys: ServedKeys,
  onSecure: (call: { readonly arrival: Arrival<Socket>; readonly socket: TLSSocket }) => void,
): Handshakes {
  /** Whose handshake is under way, by both ends: Node does not say what a TLSSocket lies over. */
  const begun = new Map<string, { readonly arrival: Arrival<Socket>; readonly forget: () => void }>();
  // It listens nowhere: it is given what has arrived. Who is late, its arrival knows.
  const server = createServer({ ...createTlsOptions(keys, 'TLSv1.3'), handshakeTimeout: 0 });
  followKeys({ server, keys, minVersion: 'TLSv1.3' });
  server.on('secureConnection', (socket) => {
    const ends = toEnds(socket);
    const found = begun.get(ends);
    if (found === undefined) return socket.destroy();
    const { arrival, forget } = found;
    begun.delete(ends);
    arrival.connection.off('close', forget);
    onSecure({ arrival, socket });
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());

  return {
    begin(arrival) {
      const { connection } = arrival;
      const ends = toEnds(connection);
      const forget = () => begun.get(ends)?.arrival === arrival && begun.delete(ends);
      begun.set(ends, { arrival, forget });
      connection.once('close', forget);
      server.emit('connection', connection);
    },
  };
}

function toEnds({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
