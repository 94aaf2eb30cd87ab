import { type IncomingMessage, request } from 'node:http';
import { Fault, type FaultDetail, toCause } from '@trimtab/protocol/shared';

/** No answer and no heartbeat for so long: the collector hangs. Four of its heartbeats. */
const SILENCE_MS = 60_000;

/** One HTTP request over a Unix socket; resolves with the head of an answer below 400. Throws a Fault, the API's own where it gave one. */
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
  body?: unknown;
  signal?: AbortSignal;
}): Promise<IncomingMessage> {
  const text = body === undefined ? '' : JSON.stringify(body);
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
  if ((answer.statusCode ?? 500) < 400) return answer;
  throw toApiFault(socketPath, answer.statusCode, await readText(answer));
}

/** The whole body. */
export async function readText(answer: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of answer) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks).toString('utf8');
}

/** The Fault that `{"error": FaultDetail}` carries; null if it is something else. */
export function parseApiFault(text: string): Fault | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  const detail = (parsed as { error?: Partial<FaultDetail> } | null)?.error;
  return typeof detail?.cause === 'string' ? new Fault(detail as FaultDetail) : null;
}

function toApiFault(socketPath: string, status: number | undefined, text: string): Fault {
  return (
    parseApiFault(text) ??
    new Fault({
      code: 'bad-answer',
      operation: 'ask the collector',
      subject: socketPath,
      cause: `it answered with status ${status} and no reason`,
      hint: 'Is it a collector of Trimtab that listens there?',
    })
  );
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
    hint: 'See what it says: journalctl -u trimtab',
  });
}
