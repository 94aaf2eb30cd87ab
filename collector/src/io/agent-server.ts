import { createServer } from 'node:http';
import { FRAME_LIMIT_BYTES, SUBPROTOCOL } from '@trimtab/protocol';
import { Fault, type ListenAddress, toCause } from '@trimtab/protocol/shared';
import { type RawData, type WebSocket, WebSocketServer } from 'ws';
import type { OpenSocket } from '../ports/guest-socket.ts';
import type { Log } from '../ports/log.ts';
import { type Listening, listenPatiently } from './listen-patiently.ts';

/** How often each guest is pinged. The agent gives a link up when it hears no ping for three of these. */
const PING_INTERVAL_MS = 15_000;

/** A guest that does not read: more than this waiting for it and its link is dropped; it will come back. */
export const BACKLOG_LIMIT_BYTES = 4 * 1024 * 1024;

/** Far more than the guests of one host; each costs some ten kilobytes. */
const CONNECTIONS = 4_096;

export interface AgentServer extends Pick<Listening, 'port'> {
  close(): Promise<void>;
}

/**
 * Listens for agents at `ws://HOST:PORT/agent`, as soon as this host has the address. Throws a Fault `cannot-listen`.
 */
export async function startAgentServer(options: {
  readonly listen: ListenAddress;
  readonly open: OpenSocket;
  readonly log: Log;
}): Promise<AgentServer> {
  const { listen, open, log } = options;
  const http = createServer((_request, response) =>
    response.writeHead(426).end('Agents connect by WebSocket at /agent.\n'),
  );
  const server = new WebSocketServer({
    server: http,
    path: '/agent',
    maxPayload: FRAME_LIMIT_BYTES,
    // 226 MB for 500 connections with it, 10 MB without; reports are small.
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  server.on('connection', (socket, request) => {
    if (server.clients.size > CONNECTIONS) {
      socket.close(1013, 'too many connections');
      return;
    }
    const peer = `${request.socket.remoteAddress}:${request.socket.remotePort}`;
    // ws has closed by itself then: 1009 oversized, 1002 malformed.
    socket.on('error', (error) => log.warn({ peer, reason: error.message }, 'session closed'));
    attach(socket, peer, open);
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
        setTimeout(() => {
          for (const socket of server.clients) socket.terminate();
        }, 500).unref();
      }),
  };
}

function attach(socket: WebSocket, peer: string, open: OpenSocket): void {
  let answered = true;
  const events = open({
    peer,
    send(frame) {
      if (socket.readyState !== socket.OPEN) return false;
      if (socket.bufferedAmount > BACKLOG_LIMIT_BYTES) {
        socket.terminate();
        return false;
      }
      socket.send(frame);
      return true;
    },
    close(code, reason) {
      socket.close(code, reason);
      // A peer that never answers the close frame must not keep the socket.
      setTimeout(() => socket.terminate(), 2_000).unref();
    },
  });
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
