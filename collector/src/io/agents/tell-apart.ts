import type { Socket } from 'node:net';

/** The first byte of a TLS record that begins a handshake (RFC 8446, 5.1). No word of HTTP begins so. */
const HANDSHAKE = 0x16;
/** Of a record: its type, a version, the length of what follows. */
const HEADER = 5;
/** What follows may be no longer. */
export const FIRST_RECORD_LIMIT_BYTES = 2 ** 14;

/**
 * Calls back with what a connection speaks, by its first byte, which it gives back; not for one that ends without. Of
 * TLS the whole first record is waited for: what OpenSSL takes for a connection, 130 KiB, nobody is given who has said
 * only half of it.
 */
export function tellApart(connection: Socket, call: (kind: 'tls' | 'plain') => void): void {
  let held: Buffer = Buffer.alloc(0);
  const onReadable = () => {
    const chunk: Buffer | null = connection.read();
    if (chunk === null) {
      // It has said that nothing comes.
      if (connection.readableEnded) connection.destroy();
      return;
    }
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
    const isTls = held[0] === HANDSHAKE;
    if (isTls && !hasFirstRecord(held)) return;
    connection.off('readable', onReadable);
    connection.off('end', destroyIt);
    connection.unshift(held);
    call(isTls ? 'tls' : 'plain');
  };
  connection.on('readable', onReadable);
  connection.on('end', destroyIt);
}

/** One that is longer than a record may be, OpenSSL refuses by its header. */
function hasFirstRecord(held: Buffer): boolean {
  if (held.length < HEADER) return false;
  return held.length >= HEADER + Math.min(held.readUInt16BE(3), FIRST_RECORD_LIMIT_BYTES);
}

function destroyIt(this: Socket): void {
  this.destroy();
}
