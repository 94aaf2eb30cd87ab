import { createHash, createPrivateKey, createPublicKey, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer as createHttpServer, type IncomingMessage } from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import {
  type Challenge,
  CLOSE_CODES,
  type CollectorDoors,
  type Credential,
  type FromGuest,
  type FromHost,
  fromGuestCodec,
  fromHostCodec,
  type Hello,
  SUBPROTOCOL,
} from '@trimtab/protocol';
import {
  BINDING_BYTES,
  BINDING_LABEL,
  formatToken,
  PLAIN_BINDING,
  type Proven,
  type Role,
  toTranscript,
} from '@trimtab/protocol/joining';
import { type WebSocket, WebSocketServer } from 'ws';
import { makeCertificate } from '../joining/certificate.ts';
import { createHostKey, type HostKey } from '../joining/host-key.ts';

/** What one connection has come to, for the test to decide on. */
export interface Proof {
  readonly hello: Hello;
  readonly credential: Credential;
  /** By the guest's key, the token's and the one that it has made: true where there is such a signature and it is right. */
  readonly signed: { readonly guest: boolean; readonly join: boolean; readonly renewed: boolean };
}

export type Verdict = { readonly name: string } | { readonly code: number; readonly reason?: string };

export interface ProvingOptions {
  readonly key?: HostKey;
  readonly encrypted?: boolean;
  readonly host?: string;
  readonly port?: number;
  /** Of its certificate. */
  readonly from?: Date;
  readonly until?: Date;
  /** Asked once both ends have proven who they are; lets in whoever has signed, if absent. */
  readonly decide?: (proof: Proof) => Verdict;
  /** What it says to a hello: its own challenge, if absent. */
  readonly answer?: (call: {
    readonly hello: Hello;
    readonly binding: string;
    readonly key: HostKey;
  }) => FromHost | Verdict;
  readonly renew?: (hello: Hello) => boolean;
  readonly version?: number;
  /** What it tells of itself in one breath with the welcome. */
  readonly doors?: CollectorDoors;
}

/** The host's half of the proof, on a real socket, for an agent to join and to prove itself to. */
export interface ProvingCollector extends AsyncDisposable {
  /** `127.0.0.1:PORT`. */
  readonly address: string;
  readonly port: number;
  readonly key: HostKey;
  readonly heard: readonly FromGuest[];
  readonly proofs: readonly Proof[];
  /** Names that agents asked for in TLS. */
  readonly serverNames: readonly (string | undefined)[];
  /** Heads of HTTP requests that arrived. */
  readonly requests: readonly string[];
  token(call?: { readonly addresses?: readonly string[]; readonly secret?: string }): string;
  say(message: FromHost): void;
  take<Type extends FromGuest['type']>(type: Type): Promise<Extract<FromGuest, { type: Type }>>;
  closeSession(close: { readonly code: number; readonly reason?: string }): void;
  /** Frames of the last session are no longer answered, and its socket stays. */
  hangUp(): void;
}

/** As the wire has it. */
const PING_EVERY_MS = 15_000;

export const SECRET = Buffer.from('0123456789abcdef').toString('base64url');

export async function startProvingCollector(options: ProvingOptions = {}): Promise<ProvingCollector> {
  const { key = createHostKey(), encrypted = false, host = '127.0.0.1' } = options;
  const { from = new Date('2020-01-01'), until = new Date('2099-01-01') } = options;
  const { privateKey } = key;
  const server = encrypted
    ? createHttpsServer({ key: privateKey, cert: makeCertificate({ privateKey, from, until }) })
    : createHttpServer();
  const requests: string[] = [];
  const serverNames: (string | undefined)[] = [];
  server.on('request', (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    response.writeHead(404).end();
  });
  const sockets = new WebSocketServer({
    server,
    path: '/agent',
    handleProtocols: (protocols) => (protocols.has(SUBPROTOCOL) ? SUBPROTOCOL : false),
  });
  server.on('tlsClientError', () => {});
  server.on('upgrade', (request) => requests.push(`${request.method} ${request.url}`));
  const heard: FromGuest[] = [];
  const proofs: Proof[] = [];
  const taken = new Set<FromGuest>();
  const waiting = new Set<() => void>();
  let last: WebSocket | null = null;

  sockets.on('connection', (socket: WebSocket, request: IncomingMessage) => {
    last = socket;
    const { servername } = request.socket as TLSSocket & { servername?: string };
    serverNames.push(servername);
    const session = createSession({ socket, binding: bindingOf(request), key, options, proofs });
    socket.on('error', () => {});
    const pings = setInterval(() => socket.ping(), PING_EVERY_MS).unref();
    socket.on('close', () => clearInterval(pings));
    socket.on('message', (data: Buffer) => {
      const decoded = fromGuestCodec.decode(data);
      if (decoded.kind === 'bad-frame') throw new Error(`the agent sent a bad frame: ${decoded.reason}`);
      heard.push(decoded.message);
      session(decoded.message);
      for (const check of [...waiting]) check();
    });
  });
  server.listen(options.port ?? 0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const address = `${host.includes(':') ? `[${host}]` : host}:${port}`;

  return {
    address,
    port,
    key,
    heard,
    proofs,
    serverNames,
    requests,
    token: ({ addresses = [address], secret = SECRET } = {}) => formatToken({ addresses, pin: key.pin, secret }),
    say: (message) => last?.send(fromHostCodec.encode(message)),
    take(type) {
      return new Promise((resolve) => {
        const check = (): void => {
          const found = heard.find((message) => message.type === type && !taken.has(message));
          if (found === undefined) return;
          waiting.delete(check);
          taken.add(found);
          resolve(found as Extract<FromGuest, { type: typeof type }>);
        };
        waiting.add(check);
        check();
      });
    },
    closeSession: ({ code, reason = '' }) => last?.close(code, reason),
    hangUp: () => last?.terminate(),
    async [Symbol.asyncDispose]() {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function bindingOf({ socket }: IncomingMessage): string {
  const sealed = socket as Partial<TLSSocket>;
  const material = sealed.exportKeyingMaterial?.(BINDING_BYTES, BINDING_LABEL, Buffer.alloc(0));
  return material?.toString('base64url') ?? PLAIN_BINDING;
}

/** One session, from its hello to its welcome. */
function createSession({
  socket,
  binding,
  key,
  options: { decide = letIn, answer, renew = () => false, version = 4, doors },
  proofs,
}: {
  socket: WebSocket;
  binding: string;
  key: HostKey;
  options: ProvingOptions;
  proofs: Proof[];
}): (message: FromGuest) => void {
  let shown: { readonly hello: Hello; readonly challenge: Challenge } | null = null;
  const send = (message: FromHost) => socket.send(fromHostCodec.encode(message));
  const settle = (verdict: Verdict) => {
    if ('code' in verdict) socket.close(verdict.code, verdict.reason ?? '');
    else {
      send({ type: 'welcome', version, collectorVersion: '0.0.0', guest: verdict.name });
      if (doors !== undefined) send(doors);
    }
  };
  return (message) => {
    if (message.type === 'hello') {
      if (message.key === null && answer === undefined) return settle({ code: CLOSE_CODES.notJoined });
      const said =
        answer?.({ hello: message, binding, key }) ?? key.challenge({ hello: message, binding, renew: renew(message) });
      if (!('type' in said)) return settle(said);
      if (said.type === 'challenge') shown = { hello: message, challenge: said };
      send(said);
    }
    if (message.type !== 'credential' || shown === null) return;
    const { hello, challenge } = shown;
    const proven = { hello, binding, hostNonce: challenge.nonce, pin: key.pin };
    const { signature, join, renewed } = message;
    const proof: Proof = {
      hello,
      credential: message,
      signed: {
        guest: isSigned({ role: 'guest', key: hello.key ?? '', signature, proven, renewedKey: renewed?.key }),
        join: join !== null && isSigned({ role: 'join', ...join, proven }),
        renewed: renewed !== null && isSigned({ role: 'renewed', ...renewed, proven }),
      },
    };
    proofs.push(proof);
    settle(decide(proof));
  };
}

function letIn({ signed }: Proof): Verdict {
  return signed.guest ? { name: 'web-1' } : { code: CLOSE_CODES.badSignature };
}

/** SubjectPublicKeyInfo of an Ed25519 key (RFC 8410), but for the key. */
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex');

function isSigned({
  role,
  key,
  signature,
  proven,
  renewedKey,
}: {
  role: Role;
  key: string;
  signature: string;
  proven: Proven;
  renewedKey?: string | undefined;
}): boolean {
  const der = Buffer.concat([SPKI_HEAD, Buffer.from(key, 'base64url')]);
  const publicKey = createPublicKey({ key: der, format: 'der', type: 'spki' });
  return verify(null, toTranscript(role, proven, renewedKey), publicKey, Buffer.from(signature, 'base64url'));
}

/** The public key that the secret of a token makes: all that a host keeps of it. */
export function toJoinKey(secret: string): string {
  const seed = createHash('sha256').update('trimtab join').update(Buffer.from(secret, 'base64url')).digest();
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), seed]);
  const key = createPublicKey(createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }));
  return key.export({ format: 'der', type: 'spki' }).subarray(SPKI_HEAD.length).toString('base64url');
}
