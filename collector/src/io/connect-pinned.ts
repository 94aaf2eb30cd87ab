import { createHash } from 'node:crypto';
import { connect, type TLSSocket } from 'node:tls';
import { toServerName } from '@trimtab/protocol/joining';

class WrongKey extends Error {}

export const isWrongKey = (error: unknown): boolean => error instanceof WrongKey;

/**
 * TLS to whoever proves the key of this pin (SHA-256 of its SubjectPublicKeyInfo, base64url). Nothing else of its
 * certificate counts, and nothing is sent before.
 */
export function connectPinned({
  host,
  port,
  pin,
  timeoutMs,
}: {
  readonly host: string;
  readonly port: number;
  readonly pin: string;
  readonly timeoutMs: number;
}): Promise<TLSSocket> {
  return new Promise((resolve, reject) => {
    const options = {
      host,
      port,
      servername: toServerName(pin),
      ALPNProtocols: ['http/1.1'],
      rejectUnauthorized: false,
      ca: [],
    };
    const socket = connect(options, () => {
      const proven = socket.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' });
      const isIt = proven !== undefined && createHash('sha256').update(proven).digest('base64url') === pin;
      if (!isIt) {
        socket.destroy(new WrongKey('it proves another key than the one of this pin'));
        return;
      }
      socket.off('error', reject);
      socket.setTimeout(0);
      resolve(socket);
    });
    socket.setTimeout(timeoutMs, () => socket.destroy(new Error(`it was silent for ${timeoutMs / 1000} s`)));
    socket.once('error', reject);
  });
}
