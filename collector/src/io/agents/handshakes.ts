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
  const begun = new Map<string, Arrival<Socket>>();
  // It listens nowhere: it is given what has arrived. Who is late, its arrival knows.
  const server = createServer({ ...createTlsOptions(keys, 'TLSv1.3'), handshakeTimeout: 0 });
  followKeys({ server, keys, minVersion: 'TLSv1.3' });
  server.on('secureConnection', (socket) => {
    const ends = toEnds(socket);
    const arrival = begun.get(ends);
    begun.delete(ends);
    if (arrival === undefined) socket.destroy();
    else onSecure({ arrival, socket });
  });
  server.on('tlsClientError', (_error, socket) => socket.destroy());

  return {
    begin(arrival) {
      const { connection } = arrival;
      const ends = toEnds(connection);
      begun.set(ends, arrival);
      connection.once('close', () => begun.get(ends) === arrival && begun.delete(ends));
      server.emit('connection', connection);
    },
  };
}

function toEnds({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return `${remoteAddress} ${remotePort} ${localAddress} ${localPort}`;
}
