import type { Socket } from 'node:net';

/** The first byte of a TLS record that begins a handshake (RFC 8446, 5.1). No word of HTTP begins so. */
const HANDSHAKE = 0x16;

/** Calls back with what a connection speaks, by its first byte, which it gives back; not for one that ends without. */
export function tellApart(connection: Socket, call: (kind: 'tls' | 'plain') => void): void {
  const onReadable = () => {
    const chunk: Buffer | null = connection.read();
    if (chunk === null) {
      // It has said that nothing comes.
      if (connection.readableEnded) connection.destroy();
      return;
    }
    connection.off('readable', onReadable);
    connection.off('end', destroyIt);
    connection.unshift(chunk);
    call(chunk[0] === HANDSHAKE ? 'tls' : 'plain');
  };
  connection.on('readable', onReadable);
  connection.on('end', destroyIt);
}

function destroyIt(this: Socket): void {
  this.destroy();
}
