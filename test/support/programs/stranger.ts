import { type FromGuest, fromGuestCodec, SUBPROTOCOL, SUPPORTED, UNPROVEN } from '@trimtab/protocol';
import { WebSocket } from 'ws';

/** An agent by its words, which says what it likes and hears little. */
export interface Stranger {
  send(message: FromGuest): void;
  /** As it goes over the wire. */
  sendFrame(frame: Uint8Array): void;
  /** From now on what comes waits in the kernel, the end of the connection too. */
  stopReading(): void;
  readonly ended: Promise<void>;
  closed(): { readonly code: number; readonly reason: string } | null;
  end(): void;
}

/** One of 50 addresses of this host: all of 127.0.0.0/8 is. */
export const strangerAddress = (index: number) => `127.1.${index % 50}.1`;

/** Says hello, and waits for the welcome or the end. */
export async function greet({
  port,
  productUuid,
  hostname = 'guest',
  localAddress = '127.0.0.1',
}: {
  readonly port: number;
  readonly productUuid: string;
  readonly hostname?: string;
  readonly localAddress?: string;
}): Promise<Stranger> {
  const url = `ws://127.0.0.1:${port}/agent`;
  const socket = new WebSocket(url, SUBPROTOCOL, { perMessageDeflate: false, localAddress });
  let closed: { code: number; reason: string } | null = null;
  const ended = new Promise<void>((resolve) => {
    socket.on('close', (code, reason) => {
      closed = { code, reason: reason.toString() };
      resolve();
    });
  });
  const welcomed = new Promise<void>((resolve) => socket.once('message', () => resolve()));
  socket.on('error', () => {});
  const sendFrame = (frame: Uint8Array) => socket.send(frame, () => {});
  const send = (message: FromGuest) => sendFrame(fromGuestCodec.encode(message));
  socket.once('open', () => {
    const guest = { hostname, productUuid, machineId: null, bootId: null };
    send({ type: 'hello', ...UNPROVEN, versions: SUPPORTED, agentVersion: '0.0.0-test', guest });
  });
  await Promise.race([welcomed, ended]);
  return {
    send,
    sendFrame,
    stopReading: () => socket.pause(),
    ended,
    closed: () => closed,
    end: () => socket.terminate(),
  };
}
