import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { CLOSE_CODES, FRAME_LIMIT_BYTES, SUBPROTOCOL } from '@trimtab/protocol';
import { PLAIN_BINDING } from '@trimtab/protocol/joining';
import { Fault, type ListenAddress, toCause } from '@trimtab/protocol/shared';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { GuestDoor, Place } from '../ports/guest-door.ts';
import type { OpenSocket } from '../ports/guest-socket.ts';
import type { Log } from '../ports/log.ts';
import { type Listening, listenPatiently } from './listen-patiently.ts';

/** How often each guest is pinged. The agent gives a link up when it hears no ping for three of these. */
const PING_INTERVAL_MS = 15_000;

/** A guest that does not read: more than this waiting for it and its link is dropped; it will come back. */
export const BACKLOG_LIMIT_BYTES = 4 * 1024 * 1024;

/**
 * From the first packet to the upgrade. Node looks only so often who is late, and by itself takes a minute for the one
 * and half of one for the other.
 */
export const UPGRADE_TIMEOUT_MS = 5_000;
const LATE_CHECKED_EVERY_MS = 1_000;

/** How long a peer has to answer a close frame. */
export const CLOSE_PATIENCE_MS = 2_000;

/** How long agents have to say goodbye when the collector stops; whoever says nothing is cut. */
export const STOP_PATIENCE_MS = 500;

export interface AgentServer extends Pick<Listening, 'port'> {
  close(): Promise<void>;
}

/**
 * Listens for agents at `ws://HOST:PORT/agent`, as soon as this host has the address. Throws a Fault `cannot-listen`.
 */
export async function startAgentServer(options: {
  readonly listen: ListenAddress;
  readonly door: GuestDoor;
  readonly open: OpenSocket;
  readonly log: Log;
}): Promise<AgentServer> {
  const { listen, door, open, log } = options;
  const late = {
    headersTimeout: UPGRADE_TIMEOUT_MS,
    requestTimeout: UPGRADE_TIMEOUT_MS,
    connectionsCheckingInterval: LATE_CHECKED_EVERY_MS,
  };
  const http = createServer(late, (_request, response) =>
    response.writeHead(426, { connection: 'close' }).end('Agents connect by WebSocket at /agent.\n'),
  );
  /** Every connection, from its first packet to its last. */
  const arrivals = new Map<Socket, Arrival>();
  http.on('connection', (socket) => {
    arrivals.set(socket, arrive(door, socket));
    socket.once('close', () => arrivals.delete(socket));
  });
  const server = new WebSocketServer({
    server: http,
    path: '/agent',
    maxPayload: FRAME_LIMIT_BYTES,
    // 226 MB for 500 connections with it, 10 MB without; reports are small.
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  server.on('connection', (socket, request) => {
    const arrival = arrivals.get(request.socket);
    if (arrival !== undefined) attach({ socket, arrival, open });
  });
  // The HTTP server's own errors arrive here too; whoever listens has told them already.
  server.on('error', () => {});
  const listening = await listenPatiently({ server: http, address: listen, who: 'agents', log }).catch((error) => {
    throw cannotListen(listen, error);
  });
  return {
    port: listening.port,
    close: () =>
      new Promise((resolve) => {
        listening.giveUp();
        for (const socket of server.clients) socket.close(1001, 'the collector stops');
        server.close();
        http.close(() => resolve());
        // Also those that have sent nothing yet: once it closes, Node looks no more who is late.
        setTimeout(() => {
          for (const socket of arrivals.keys()) socket.destroy();
        }, STOP_PATIENCE_MS).unref();
      }),
  };
}

/** A connection of which nothing is known but where it comes from. */
interface Arrival {
  readonly connection: Socket;
  readonly address: string;
  readonly place: Place;
  /** How it ends when its place is needed for another. */
  leave(reason: string): void;
}

function arrive(door: GuestDoor, connection: Socket): Arrival {
  // Undefined of one that is gone already.
  const address = connection.remoteAddress ?? '';
  const leave = (reason: string) => arrival.leave(reason);
  const place = door.enter({ address, leave });
  const arrival: Arrival = { connection, address, place, leave: () => connection.destroy() };
  connection.once('close', place.free);
  return arrival;
}

function attach({ socket, arrival, open }: { socket: WebSocket; arrival: Arrival; open: OpenSocket }): void {
  const { connection, address, place } = arrival;
  let answered = true;
  const events = open({
    peer: `${address}:${connection.remotePort}`,
    address,
    place,
    proof: { kind: 'network', binding: PLAIN_BINDING },
    send(frame) {
      if (socket.readyState !== socket.OPEN) return false;
      if (socket.bufferedAmount > BACKLOG_LIMIT_BYTES) {
        socket.terminate();
        return false;
      }
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
    if (isBinary) events.frame(data as Buffer);
    else events.text();
  });
  socket.on('close', () => {
    clearInterval(pinging);
    events.closed();
  });
}

function cannotListen({ host, port }: ListenAddress, error: unknown): Fault {
  return new Fault({
    code: 'cannot-listen',
    operation: 'listen for agents',
    subject: `${host}:${port}`,
    cause: toCause(error),
    hint: 'Choose another --listen ADDRESS:PORT, or stop what listens there (ss -ltnp).',
  });
}
