import { createServer as createHttpServer, type IncomingMessage, STATUS_CODES } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { FRAME_LIMIT_BYTES, SUBPROTOCOL } from '@trimtab/protocol';
import { Fault, type ListenAddress, toCause } from '@trimtab/protocol/shared';
import { WebSocketServer } from 'ws';
import type { GuestDoor } from '../ports/guest-door.ts';
import type { OpenSocket } from '../ports/guest-socket.ts';
import type { Line } from '../ports/line.ts';
import type { Log } from '../ports/log.ts';
import { AgentWebSocket, attachSocket } from './agents/agent-socket.ts';
import { type Arrival, type Carrier, createArrivals } from './agents/arrivals.ts';
import { createHandshakes } from './agents/handshakes.ts';
import { createHeartbeats } from './agents/heartbeats.ts';
import { tellApart } from './agents/tell-apart.ts';
import { clock } from './clock.ts';
import { type Listening, listenPatiently } from './listen-patiently.ts';
import type { ServedKeys } from './tls-by-name.ts';

/** How long agents have to say goodbye when the collector stops; whoever says nothing is cut. */
export const STOP_PATIENCE_MS = 500;

const NO_AGENT = 'Agents connect by WebSocket at /agent.\n';

/** Told to whoever comes without TLS from elsewhere: an agent of before that, or one that has not joined. */
export const SPEAKS_TLS =
  'This collector speaks TLS: run `trimtab-agent join` in the guest, with a token of `trimtab enroll` on the host.\n';

export interface AgentServer {
  /** Where it listens, by the addresses that it was given; null while this host has not got one. */
  ports(): readonly (number | null)[];
  /** An agent speaks over the channel of its guest, by the key of its domain. */
  listenToChannel(call: { readonly stream: Carrier; readonly domain: string }): void;
  close(): Promise<void>;
}

interface Options {
  readonly listen: readonly ListenAddress[];
  readonly keys: ServedKeys;
  /** Agents may come without TLS from everywhere, not from this host alone. */
  readonly acceptUnenrolled: boolean;
  readonly door: GuestDoor;
  readonly open: OpenSocket;
  readonly line: Line;
  readonly log: Log;
}

/**
 * Listens for agents at `wss://HOST:PORT/agent`, and on the same port at `ws://` for those of this host, as soon as this
 * host has the address. Throws a Fault `cannot-listen`; then it listens nowhere.
 */
export async function startAgentServer(options: Options): Promise<AgentServer> {
  const { listen, door, log } = options;
  const arrivals = createArrivals(door);
  const speaker = createSpeaker(options);
  const servers: Server[] = [];
  const listenings: Listening[] = [];
  const stopListening = () => {
    for (const listening of listenings) listening.giveUp();
    return Promise.all(servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve()))));
  };
  for (const address of listen) {
    // Half open, as HTTP has it: who has said all waits for an answer.
    const server = createServer({ allowHalfOpen: true, noDelay: true }, (connection) =>
      speaker.listenTo(arrivals.enter(connection)),
    );
    servers.push(server);
    try {
      listenings.push(await listenPatiently({ server, address, who: 'agents', log }));
    } catch (error) {
      await stopListening();
      arrivals.destroyAll();
      throw cannotListen(address, error);
    }
  }
  return {
    ports: () => listenings.map(({ port }) => port()),
    listenToChannel(call) {
      const arrival = arrivals.enterByChannel(call);
      speaker.speakHttp({ arrival, socket: arrival.connection });
    },
    async close() {
      const stopped = stopListening();
      arrivals.goodbye();
      speaker.close();
      // Also those that have sent nothing yet.
      setTimeout(arrivals.destroyAll, STOP_PATIENCE_MS).unref();
      await stopped;
    },
  };
}

/** What is spoken on a connection: TLS or not, HTTP over it, WebSocket over that. */
function createSpeaker({ keys, acceptUnenrolled, open, line }: Options) {
  const arrivals = new WeakMap<object, Arrival>();
  const heartbeats = createHeartbeats(clock);
  const sockets = new WebSocketServer<typeof AgentWebSocket>({
    noServer: true,
    WebSocket: AgentWebSocket,
    // Arrivals know them all.
    clientTracking: false,
    path: '/agent',
    maxPayload: FRAME_LIMIT_BYTES,
    // 226 MB for 500 connections with it, 10 MB without; reports are small.
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  const isRefused = ({ socket }: IncomingMessage) =>
    !(socket instanceof TLSSocket || acceptUnenrolled || arrivals.get(socket)?.isOfThisHost === true);

  // It listens nowhere: it is given what has arrived. Who is late, its arrival knows.
  const http = createHttpServer((request, response) =>
    response.writeHead(426, UPGRADE_REQUIRED).end(isRefused(request) ? SPEAKS_TLS : NO_AGENT),
  );
  http.on('upgrade', (request, socket, head) => {
    if (isRefused(request)) return refuse(socket);
    sockets.handleUpgrade(request, socket, head, (upgraded) => {
      const arrival = arrivals.get(socket);
      if (arrival === undefined) return upgraded.terminate();
      arrivals.delete(socket);
      arrival.upgraded();
      attachSocket({ socket: upgraded, over: socket, arrival, heartbeats, open });
    });
  });
  const speakHttp = ({ arrival, socket }: { arrival: Arrival; socket: Duplex }) => {
    arrivals.set(socket, arrival);
    http.emit('connection', socket);
  };
  const handshakes = createHandshakes(keys, speakHttp);

  return {
    speakHttp,
    listenTo(arrival: Arrival<Socket>) {
      const { connection: socket } = arrival;
      const listen = async (kind: 'tls' | 'plain') => {
        if (socket.destroyed) return;
        const spoken = arrival.comesUp();
        if (kind === 'tls') handshakes.begin(arrival);
        else speakHttp({ arrival, socket });
        await spoken;
      };
      tellApart(socket, (kind) => {
        arrival.linesUp();
        void line.take('arrived', () => listen(kind));
      });
    },
    close: () => sockets.close(),
  };
}

/** RFC 9110, 15.5.22: it says what to upgrade to. */
const UPGRADE_REQUIRED = { connection: 'close', upgrade: 'TLS/1.3, websocket', 'content-type': 'text/plain' };

/** The same where HTTP has let go of the socket already. */
function refuse(socket: Duplex): void {
  const headers = Object.entries({ ...UPGRADE_REQUIRED, 'content-length': Buffer.byteLength(SPEAKS_TLS) });
  const lines = [`HTTP/1.1 426 ${STATUS_CODES[426]}`, ...headers.map(([name, value]) => `${name}: ${value}`), '', ''];
  socket.end(lines.join('\r\n') + SPEAKS_TLS);
}

export function cannotListen({ host, port }: ListenAddress, error: unknown): Fault {
  return new Fault({
    code: 'cannot-listen',
    operation: 'listen for agents',
    subject: `${host}:${port}`,
    cause: toCause(error),
    hint: 'Choose another --listen ADDRESS:PORT, or stop what listens there (ss -ltnp).',
  });
}
