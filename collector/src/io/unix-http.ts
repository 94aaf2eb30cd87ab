import { type IncomingMessage, request } from 'node:http';
import { Fault, toCause } from '@trimtab/protocol/shared';

/** No answer and no heartbeat for so long: the collector hangs. Four of its heartbeats. */
const SILENCE_MS = 60_000;

export interface UnixAnswer {
  readonly status: number;
  /** The body as it comes; fails when the connection breaks before its end. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * One HTTP request over a Unix socket, sent once and never again; resolves with the head of the answer, whatever its
 * status. Throws a Fault `no-collector`, `no-access` or `collector-gone`.
 */
export async function askUnixHttp({
  socketPath,
  method,
  path,
  body,
  signal,
}: {
  socketPath: string;
  method: 'GET' | 'POST';
  path: string;
  /** JSON; null: none. */
  body: string | null;
  signal?: AbortSignal;
}): Promise<UnixAnswer> {
  const text = body ?? '';
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = request(
      {
        socketPath,
        method,
        path,
        // A kept connection would keep the command from ending.
        agent: false,
        timeout: SILENCE_MS,
        headers: { host: 'localhost', 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) },
        ...(signal === undefined ? {} : { signal }),
      },
      resolve,
    );
    call.once('timeout', () => call.destroy(new Error(`it was silent for ${SILENCE_MS / 1000} s`)));
    call.once('error', (error) => reject(toFault(socketPath, error)));
    call.end(text);
  });
  return { status: answer.statusCode ?? 500, body: answer };
}

/** The whole body. Throws a Fault `collector-gone` when it ends early. */
export async function readText({
  socketPath,
  body,
}: {
  socketPath: string;
  body: UnixAnswer['body'];
}): Promise<string> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of body) chunks.push(chunk);
  } catch (error) {
    throw toFault(socketPath, error as Error);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function toFault(socketPath: string, error: NodeJS.ErrnoException): Fault {
  const fault = { operation: 'ask the collector', subject: socketPath };
  if (error.code === 'ENOENT' || error.code === 'ECONNREFUSED')
    return new Fault({
      ...fault,
      code: 'no-collector',
      cause: 'no collector runs: nobody answers on this socket',
      hint: 'Start it: trimtab serve. If it runs with another socket, name that: --socket PATH or TRIMTAB_SOCKET.',
    });
  if (error.code === 'EACCES' || error.code === 'EPERM')
    return new Fault({
      ...fault,
      code: 'no-access',
      cause: 'this user may not use the socket',
      hint: 'Run it as root, or as a member of the group of the socket file.',
    });
  return new Fault({
    ...fault,
    code: 'collector-gone',
    cause: toCause(error),
    hint: 'What was asked for may have been begun. See what the collector says: journalctl -u trimtab',
  });
}
