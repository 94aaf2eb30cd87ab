import { type IncomingMessage, type RequestOptions, request } from 'node:http';
import { request as requestTls } from 'node:https';
import { Fault, toCause } from '@trimtab/protocol/shared';
import { type ApiPlace, toSubject } from '../model/api-place.ts';
import { connectPinned, isWrongKey } from './connect-pinned.ts';

/** No answer and no heartbeat for so long: the collector hangs. Four of its heartbeats. */
const SILENCE_MS = 60_000;

export interface HttpAnswer {
  readonly status: number;
  /** The body as it comes; fails when the connection breaks before its end. */
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * One HTTP request, sent once and never again; resolves with the head of the answer, whatever its status. Throws a Fault
 * `no-collector`, `no-access`, `wrong-api-key` or `collector-gone`.
 */
export async function askHttp({
  place,
  method,
  path,
  body,
  signal,
}: {
  place: ApiPlace;
  method: 'GET' | 'POST';
  path: string;
  /** JSON; null: none. */
  body: string | null;
  signal?: AbortSignal;
}): Promise<HttpAnswer> {
  const text = body ?? '';
  const options: RequestOptions = {
    method,
    path,
    // A kept connection would keep the command from ending.
    agent: false,
    timeout: SILENCE_MS,
    ...(signal === undefined ? {} : { signal }),
  };
  const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) };
  try {
    const begin = await beginAt(place, options, headers);
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const call = begin(resolve);
      call.once('timeout', () => call.destroy(new Error(`it was silent for ${SILENCE_MS / 1000} s`)));
      call.once('error', reject);
      call.end(text);
    });
    return { status: answer.statusCode ?? 500, body: answer };
  } catch (error) {
    throw toFault(place, error as Error);
  }
}

type Begin = (onAnswer: (answer: IncomingMessage) => void) => ReturnType<typeof request>;

/** The token is sent once it is known who gets it. */
async function beginAt(
  place: ApiPlace,
  options: RequestOptions,
  headers: Record<string, string | number>,
): Promise<Begin> {
  if (!('remote' in place)) {
    const { socketPath } = place;
    return (onAnswer) => request({ ...options, socketPath, headers: { ...headers, host: 'localhost' } }, onAnswer);
  }
  const { origin, token, pin, ca } = place.remote;
  const { protocol, hostname, host, port } = new URL(origin);
  // URL has brackets around an address of IPv6, a socket none.
  const address = { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) };
  const borne = { ...options, ...address, headers: { ...headers, host, authorization: `Bearer ${token}` } };
  if (protocol === 'http:') return (onAnswer) => request(borne, onAnswer);
  if (pin === null) return (onAnswer) => requestTls({ ...borne, ...(ca === null ? {} : { ca }) }, onAnswer);
  const connection = await connectPinned({ ...address, pin, timeoutMs: SILENCE_MS });
  return (onAnswer) => request({ ...borne, createConnection: () => connection }, onAnswer);
}

/** The whole body. Throws a Fault `collector-gone` when it ends early. */
export async function readText({ place, body }: { place: ApiPlace; body: HttpAnswer['body'] }): Promise<string> {
  const chunks: Uint8Array[] = [];
  try {
    for await (const chunk of body) chunks.push(chunk);
  } catch (error) {
    throw toFault(place, error as Error);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function toFault(place: ApiPlace, error: NodeJS.ErrnoException): Fault {
  const fault = { operation: 'ask the collector', subject: toSubject(place) };
  const isRemote = 'remote' in place;
  if (isRemote && isUntrusted(error))
    return new Fault({
      ...fault,
      code: 'wrong-api-key',
      cause: toCause(error),
      hint: 'Nothing was sent. On the host, `trimtab keys` shows its pin: --api-pin PIN. With a certificate of your own: --api-ca FILE.',
    });
  if (isRemote && ['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'].includes(error.code ?? ''))
    return new Fault({
      ...fault,
      code: 'no-collector',
      cause: `nobody answers there: ${toCause(error)}`,
      hint: 'Does the collector on that host run with --api-listen ADDRESS:PORT, and is that this address?',
    });
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

/** OpenSSL's words of a certificate that nobody here vouches for (X509_V_ERR_…), and Node's of a name in it. */
function isUntrusted(error: NodeJS.ErrnoException): boolean {
  return isWrongKey(error) || /^(?:ERR_TLS_CERT_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/.test(error.code ?? '');
}
