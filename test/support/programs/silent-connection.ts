import { connect, type Socket } from 'node:net';

/** A connection that never says anything, and hears when it is cut. */
export function connectSilently({
  port,
  localAddress,
}: {
  readonly port: number;
  readonly localAddress: string;
}): Socket {
  const socket = connect({ port, host: '127.0.0.1', localAddress });
  // What is not read has no end.
  return socket.on('error', () => {}).resume();
}
