import type { Duplex } from 'node:stream';
import { FRAME_LIMIT_BYTES, SUBPROTOCOL } from '@trimtab/protocol';
import { readSystemError, toCause } from '@trimtab/protocol/shared';
import WebSocket, { type ClientOptions } from 'ws';
import type { Connection, TransportHandlers } from '../ports/transport.ts';
import { builtIn } from './built-in.ts';

/** Frames that wait to be sent; a report of 4,096 filesystems is under one MiB. */
export const WAITING_LIMIT_BYTES = 8 * FRAME_LIMIT_BYTES;

/** How long a peer has to answer a close frame before the socket goes. */
export const CLOSE_PATIENCE_MS = 2_000;

/** A WebSocket to the agents' door of a collector: over `socket`, or over a connection of its own to that address. */
export function openWebSocket({
  address,
  socket: carrier = null,
  handlers,
}: {
  /** `192.0.2.1:7461`, `[2001:db8::1]:7461`. */
  address: string;
  socket?: Duplex | null;
  handlers: Omit<TransportHandlers, 'opened'> & { opened(): void };
}): Connection {
  const socket = new WebSocket(`ws://${address}/agent`, SUBPROTOCOL, {
    perMessageDeflate: false,
    maxPayload: FRAME_LIMIT_BYTES,
    followRedirects: false,
    skipUTF8Validation: true,
    createConnection: toConnector(carrier, handlers.reached),
  });
  let failure = '';
  socket.binaryType = 'nodebuffer';
  socket.on('open', () => handlers.opened());
  socket.on('ping', () => handlers.pinged());
  // A text frame is not of this wire; as bytes the codec refuses it.
  socket.on('message', (data) => handlers.frame(data as Buffer));
  socket.on('error', (error) => {
    failure = tellFailure(error);
  });
  socket.on('close', (code, reason) => handlers.closed({ code, reason: reason.toString() || failure }));
  return {
    send(frame) {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (socket.bufferedAmount > WAITING_LIMIT_BYTES) {
        failure = 'the collector does not read what is sent';
        socket.terminate();
        return;
      }
      socket.send(frame);
    },
    close({ code, reason }) {
      socket.close(code, reason);
      setTimeout(() => socket.terminate(), CLOSE_PATIENCE_MS).unref();
    },
  };
}

/** `carrier`, or a connection of its own, which tells when somebody is there. */
function toConnector(carrier: Duplex | null, reached: () => void): ClientOptions['createConnection'] {
  const connector = ({ host, port }: { readonly host: string; readonly port: number }) =>
    carrier ?? builtIn('node:net').connect({ host, port }).once('connect', reached);
  return connector as unknown as ClientOptions['createConnection'];
}

/** A name may have several addresses: which one it was belongs to why. */
export function tellFailure(error: Error): string {
  const system = readSystemError(error);
  return system === null || system.subject === null ? toCause(error) : `${system.subject}: ${system.cause}`;
}
