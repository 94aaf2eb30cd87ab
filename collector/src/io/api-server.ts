import { lstat, unlink } from 'node:fs/promises';
import type { Server } from 'node:http';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { createAdaptorServer } from '@hono/node-server';
import { Fault, type ListenAddress, toCause } from '@trimtab/protocol/shared';
import type { Log } from '../ports/log.ts';
import { listenPatiently } from './listen-patiently.ts';
import { makeFolder } from './make-folder.ts';

/** Root and the group of the socket file may use the API. */
const SOCKET_MODE = 0o660;

type Fetch = (request: Request) => Response | Promise<Response>;

/**
 * Serves the API on a Unix socket and, if asked, on TCP. A socket file that nobody answers on is replaced. Throws a
 * Fault `already-running`, `bad-socket` or `cannot-listen`; then nothing listens.
 */
export async function startApi({
  socket,
  tcp,
  log,
}: {
  socket: { readonly path: string; readonly fetch: Fetch };
  /** Another face: whoever reaches the port may do less than whoever may open the socket. */
  tcp: (ListenAddress & { readonly fetch: Fetch }) | null;
  log: Log;
}): Promise<{ close(): Promise<void> }> {
  const createServer = (fetch: Fetch) => createAdaptorServer({ fetch }) as Server;
  await makeRoom(socket.path);
  const servers = [await listenOnSocket(createServer(socket.fetch), socket.path)];
  let giveUp = () => {};
  if (tcp !== null) {
    const { fetch, ...address } = tcp;
    const server = createServer(fetch);
    try {
      ({ giveUp } = await listenPatiently({ server, address, who: 'users of the API', log }));
    } catch (error) {
      await closeAll(servers);
      throw cannotListen({
        subject: `${tcp.host}:${tcp.port}`,
        error,
        hint: 'Choose another --api-listen ADDRESS:PORT, or stop what listens there (ss -ltnp).',
      });
    }
    servers.push(server);
    log.warn(
      { host: tcp.host, port: tcp.port },
      'the API asks for no password: whoever reaches this port can start trims',
    );
  }
  return {
    async close() {
      giveUp();
      await closeAll(servers);
    },
  };
}

async function makeRoom(socketPath: string): Promise<void> {
  try {
    await makeFolder(dirname(socketPath), 0o755);
    const status = await lstat(socketPath).catch(() => null);
    if (status === null) return;
    if (!status.isSocket()) throw new Error('a file that is not a socket is there');
    if (await isAnswered(socketPath)) throw alreadyRunning(socketPath);
    await unlink(socketPath);
  } catch (error) {
    if (error instanceof Fault) throw error;
    throw new Fault({
      code: 'bad-socket',
      operation: 'make the socket of the API',
      subject: socketPath,
      cause: toCause(error),
      hint: 'Choose another --socket PATH in a folder that the collector can write.',
    });
  }
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
function listenOnSocket(server: Server, path: string): Promise<Server> {
  const before = process.umask(0o777 & ~SOCKET_MODE);
  try {
    return listen(server, path);
  } finally {
    process.umask(before);
  }
}

function listen(server: Server, path: string): Promise<Server> {
  return new Promise((resolve, reject) => {
    server.once('error', (error) =>
      reject(
        cannotListen({
          subject: path,
          error,
          hint: 'Choose another --socket PATH; at most 107 bytes, in a folder that the collector can write.',
        }),
      ),
    );
    server.listen({ path }, () => resolve(server));
  });
}

function cannotListen({ subject, error, hint }: { subject: string; error: unknown; hint: string }): Fault {
  return new Fault({ code: 'cannot-listen', operation: 'serve the API', subject, cause: toCause(error), hint });
}

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
