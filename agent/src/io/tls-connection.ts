import type { TLSSocket } from 'node:tls';
import { CLOSE_CODES } from '@trimtab/protocol';
import { BINDING_BYTES, BINDING_LABEL, toBase64Url, toServerName } from '@trimtab/protocol/joining';
import type { Door } from '../model/route.ts';
import type { Opened } from '../ports/transport.ts';
import { builtIn } from './built-in.ts';
import { tellFailure } from './websocket.ts';

export interface Sealed {
  readonly socket: TLSSocket;
  readonly opened: Opened & { readonly pin: string };
}

interface Calls {
  /** The host is there, and TLS begins. */
  readonly reached: () => void;
  readonly sealed: (sealed: Sealed) => void;
  readonly failed: (close: { readonly code: number; readonly reason: string }) => void;
}

type TlsDoor = Extract<Door, { kind: 'tls' }>;

/**
 * TLS to a collector whose key is one of the door's pins. Nothing of its certificate counts but that key, and no date is
 * looked at: a guest whose clock stands in 1970 can join. It is asked by one pin after the other, since a host that has
 * the first no more may have another of them beside the key that it uses. `sealed` or `failed` is called, once; the
 * returned function takes the connection back before that.
 */
export function connectTls({ door, reached, sealed, failed }: { readonly door: TlsDoor } & Calls): () => void {
  const { pins } = door;
  let takeBack = askFor(0);
  return () => takeBack();

  function askFor(nth: number): () => void {
    return shakeHands({
      door,
      asked: pins[nth] ?? '',
      reached,
      sealed,
      failed(close) {
        if (close.code === CLOSE_CODES.wrongKey && nth + 1 < pins.length) takeBack = askFor(nth + 1);
        else failed(close);
      },
    });
  }
}

function shakeHands({
  door: { host, port, pins },
  asked,
  reached,
  sealed,
  failed,
}: { readonly door: TlsDoor; readonly asked: string } & Calls): () => void {
  const socket = builtIn('node:tls').connect({
    host,
    port,
    servername: toServerName(asked),
    ALPNProtocols: ['http/1.1'],
    minVersion: 'TLSv1.3',
    rejectUnauthorized: false,
    // No authority is asked, so none need be held in memory.
    ca: [],
  });
  const listeners = { connect: reached, error: fail, close: fail, secureConnect: meet };
  for (const [name, listener] of Object.entries(listeners)) socket.on(name, listener);
  /** Only what is ours: TLS has listeners of its own. */
  const settle = () => {
    for (const [name, listener] of Object.entries(listeners)) socket.off(name, listener);
  };
  const drop = () => {
    settle();
    // What goes wrong from here on must not end the process.
    socket.on('error', () => {}).destroy();
  };
  return drop;

  function fail(error?: unknown): void {
    drop();
    const reason = error instanceof Error ? tellTls(error) : 'it closed the connection before TLS was agreed on';
    failed({ code: NOBODY_CLOSED, reason });
  }

  function meet(): void {
    const pin = pinOf(socket);
    if (pin === null || !pins.includes(pin)) {
      drop();
      failed({ code: CLOSE_CODES.wrongKey, reason: 'it proved another key by TLS' });
      return;
    }
    settle();
    const binding = toBase64Url(socket.exportKeyingMaterial(BINDING_BYTES, BINDING_LABEL, Buffer.alloc(0)));
    sealed({ socket, opened: { binding, pin } });
  }
}

/** RFC 6455, 7.1.5. */
const NOBODY_CLOSED = 1006;

function pinOf(socket: TLSSocket): string | null {
  const key = socket.getPeerX509Certificate()?.publicKey.export({ format: 'der', type: 'spki' });
  if (key === undefined) return null;
  return toBase64Url(builtIn('node:crypto').createHash('sha256').update(key).digest());
}

/** What answers speaks no TLS of ours, in OpenSSL's words: `wrong version number`, `alert handshake failure`. */
function tellTls(error: Error): string {
  const { code, reason } = error as Error & { readonly code?: string; readonly reason?: string };
  return code?.startsWith('ERR_SSL') === true ? `no TLS is spoken there (${reason ?? code})` : tellFailure(error);
}
