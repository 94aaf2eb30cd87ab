import { lstat, unlink } from 'node:fs/promises';
import type { Server } from 'node:http';
import { createServer as createHttpsServer, type Server as HttpsServer } from 'node:https';
import { type AddressInfo, connect, type ListenOptions } from 'node:net';
import { dirname } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { diskHint, Fault, type ListenAddress, toCause } from '@trimtab/protocol/shared';
import { makeFolder } from './make-folder.ts';
import { createTlsOptions, followKeys, type ServedKeys } from './tls-by-name.ts';

/** Root and the group of the socket file may use the API. */
const SOCKET_MODE = 0o660;

/** How long a request may take to arrive, how much its headers may hold, and how long an idle connection is kept. */
export const PATIENCE = {
  maxHeaderSize: 8 * 1024,
  headersTimeout: 10_000,
  requestTimeout: 30_000,
  connectionsCheckingInterval: 2_000,
  keepAliveTimeout: 5_000,
};

/** On TCP; those on the socket are root and its group. */
export const TCP_CONNECTIONS = 256;

type NetworkFace = ListenAddress & { readonly fetch: Fetch };

type Fetch = (request: Request) => Response | Promise<Response>;

interface ApiServer {
  /** Of `tcp`, in its order: the port that was asked for, or the one that the kernel chose for 0. */
  readonly ports: readonly number[];
  close(): Promise<void>;
}

/**
 * Serves the API on a Unix socket and, where asked, on TCP, and figures on another port. A socket file that nobody answers
 * on is replaced. Throws a Fault `already-running`, `bad-socket` or `cannot-listen`; then nothing listens.
 */
export async function startApi({
  socket,
  tcp,
  metrics,
}: {
  socket: { readonly path: string; readonly fetch: Fetch };
  /** Another face: whoever reaches the port may do less than whoever may open the socket. By TLS where it has keys. */
  tcp: readonly (NetworkFace & { readonly keys: ServedKeys | null })[];
  /** Figures alone. */
  metrics: NetworkFace | null;
}): Promise<ApiServer> {
  await makeRoom(socket.path);
  const servers = [await listenOnSocket(createPlain(socket.fetch), socket.path)];
  const listenOnNetwork = async (server: Server, { host, port }: ListenAddress, setting: string) => {
    server.maxConnections = TCP_CONNECTIONS;
    await listen({ server, at: { host, port }, subject: `${host}:${port}`, hint: otherAddress(setting) });
    servers.push(server);
    return (server.address() as AddressInfo).port;
  };
  const ports: number[] = [];
  try {
    for (const face of tcp) {
      const server = face.keys === null ? createPlain(face.fetch) : createTls(face.fetch, face.keys);
      ports.push(await listenOnNetwork(server, face, 'api-listen'));
    }
    if (metrics !== null) await listenOnNetwork(createPlain(metrics.fetch), metrics, 'metrics-listen');
  } catch (error) {
    await closeAll(servers);
    throw error;
  }
  return { ports, close: () => closeAll(servers) };
}

function createPlain(fetch: Fetch): Server {
  return createAdaptorServer({ fetch, serverOptions: PATIENCE }) as Server;
}

function createTls(fetch: Fetch, keys: ServedKeys): Server {
  const serverOptions = {
    ...PATIENCE,
    ...createTlsOptions(keys, 'TLSv1.2'),
    handshakeTimeout: PATIENCE.headersTimeout,
  };
  const server = createAdaptorServer({ fetch, createServer: createHttpsServer, serverOptions }) as HttpsServer;
  followKeys({ server, keys, minVersion: 'TLSv1.2' });
  return server;
}

const OTHER_PATH = 'Choose another --socket PATH; at most 107 bytes, in a folder that the collector can write.';

async function makeRoom(socketPath: string): Promise<void> {
  try {
    await makeFolder(dirname(socketPath), 0o755);
    const there = await findAtSocket(socketPath);
    if (there === 'nothing') return;
    if (there === 'answered') throw alreadyRunning(socketPath);
    await unlink(socketPath);
  } catch (error) {
    throw noRoom(socketPath, error);
  }
}

/** What is there before it is made; a socket on which nobody answers is left over. Throws for any other file. */
export async function findAtSocket(socketPath: string): Promise<'nothing' | 'left-over' | 'answered'> {
  const status = await lstat(socketPath).catch(() => null);
  if (status === null) return 'nothing';
  if (!status.isSocket()) throw new Error('a file that is not a socket is there');
  return (await isAnswered(socketPath)) ? 'answered' : 'left-over';
}

export function noRoom(socketPath: string, error: unknown): Fault {
  if (error instanceof Fault) return error;
  return new Fault({
    code: 'bad-socket',
    operation: 'make the socket of the API',
    subject: socketPath,
    cause: toCause(error),
    hint: diskHint({ error, otherwise: 'Choose another --socket PATH in a folder that the collector can write.' }),
  });
}

function isAnswered(socketPath: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(socketPath);
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/**
 * `bind` makes the file, with the mode that the umask leaves (unix(7)): a `chmod` afterwards would come too late for
 * whoever connects at once. Node binds before `listen` returns, so that nothing else of this program is made with this
 * umask by it.
 */
async function listenOnSocket(server: Server, path: string): Promise<Server> {
  const before = process.umask(0o777 & ~SOCKET_MODE);
  let listening: Promise<void>;
  try {
    listening = listen({ server, at: { path }, subject: path, hint: OTHER_PATH });
  } finally {
    process.umask(before);
  }
  await listening;
  return server;
}

function listen({
  server,
  at,
  subject,
  hint,
}: {
  server: Server;
  at: ListenOptions;
  subject: string;
  hint: string;
}): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) => reject(cannotServe({ subject, error, hint })));
    server.listen(at, () => resolve());
  });
}

export function cannotServe({
  subject,
  error,
  hint,
}: {
  readonly subject: string;
  readonly error: unknown;
  readonly hint: string;
}): Fault {
  return new Fault({ code: 'cannot-listen', operation: 'serve the API', subject, cause: toCause(error), hint });
}

export const otherAddress = (setting: string) =>
  `Choose another --${setting} ADDRESS:PORT: one of this host (ip addr) on which nothing listens yet (ss -ltnp).`;

async function closeAll(servers: readonly Server[]): Promise<void> {
  await Promise.all(
    servers.map(
      (server) =>
        new Promise<void>((resolve) => {
          server.close(() => resolve());
          // A stream of events stays open as long as its trim. It is cut here, and its reader asks again
          // (compose/watch-request.ts).
          server.closeAllConnections();
        }),
    ),
  );
}

function alreadyRunning(socketPath: string): Fault {
  return new Fault({
    code: 'already-running',
    operation: 'serve the API',
    subject: socketPath,
    cause: 'another collector runs: it answers on this socket',
    hint: 'Stop that one first (systemctl stop trimtab), or give this one its own --socket, --state-directory and --listen.',
  });
}
