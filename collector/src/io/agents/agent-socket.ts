import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { CLOSE_CODES } from '@trimtab/protocol';
import { BINDING_BYTES, BINDING_LABEL, PLAIN_BINDING } from '@trimtab/protocol/joining';
import { toCause } from '@trimtab/protocol/shared';
import type { RawData, WebSocket } from 'ws';
import type { OpenSocket } from '../../ports/guest-socket.ts';
import type { Arrival } from './arrivals.ts';

/** How often each guest is pinged. The agent gives a link up when it hears no ping for three of these. */
const PING_INTERVAL_MS = 15_000;

/** A guest that does not read: more than this waiting for it and its link is dropped; it will come back. */
export const BACKLOG_LIMIT_BYTES = 4 * 1024 * 1024;

/** How long a peer has to answer a close frame. */
export const CLOSE_PATIENCE_MS = 2_000;

/** A WebSocket that has come to be, `over` the connection or its TLS. */
export function attachSocket({
  socket,
  over,
  arrival,
  open,
}: {
  socket: WebSocket;
  over: Duplex;
  arrival: Arrival;
  open: OpenSocket;
}): void {
  const { connection, address, peer, place, domain } = arrival;
  let answered = true;
  const gather = createGather(over);
  const events = open({
    peer,
    address,
    place,
    proof: domain === null ? { kind: 'network', binding: toBinding(over) } : { kind: 'channel', domain },
    send(frame) {
      if (socket.readyState !== socket.OPEN) return false;
      if (socket.bufferedAmount > BACKLOG_LIMIT_BYTES) {
        socket.terminate();
        return false;
      }
      gather();
      socket.send(frame);
      return true;
    },
    ping() {
      if (socket.readyState === socket.OPEN) socket.ping();
    },
    close(code, reason) {
      socket.close(code, reason);
      // Its place is another's: it goes as soon as it has been told.
      if (code === CLOSE_CODES.tryLater) connection.destroySoon();
      // A peer that never answers the close frame must not keep the socket.
      else setTimeout(() => socket.terminate(), CLOSE_PATIENCE_MS).unref();
    },
  });
  arrival.leave = events.displaced;
  // ws has closed by itself then: 1009 oversized, 1002 malformed.
  socket.on('error', (error) => events.broke(toCause(error)));
  const pinging = setInterval(() => {
    if (!answered) {
      socket.terminate();
      return;
    }
    answered = false;
    socket.ping();
  }, PING_INTERVAL_MS);
  socket.on('pong', () => {
    answered = true;
    events.answered();
  });
  socket.on('message', (data: RawData, isBinary) => {
    arrival.spoke();
    if (isBinary) events.frame(data as Buffer);
    else events.text();
  });
  socket.on('close', () => {
    clearInterval(pinging);
    events.closed();
  });
}

/** What is said at once goes out as one: a welcome, and what comes with it. */
function createGather(over: Duplex): () => void {
  let isGathering = false;
  const letGo = () => {
    isGathering = false;
    over.uncork();
  };
  return () => {
    if (isGathering) return;
    isGathering = true;
    over.cork();
    process.nextTick(letGo);
  };
}

/** What no other connection has (RFC 8446, 7.5). */
function toBinding(over: Duplex): string {
  if (!(over instanceof TLSSocket)) return PLAIN_BINDING;
  return over.exportKeyingMaterial(BINDING_BYTES, BINDING_LABEL, Buffer.alloc(0)).toString('base64url');
}
