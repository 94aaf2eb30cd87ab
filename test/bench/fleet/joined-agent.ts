import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { connect } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import {
  type FromGuest,
  type FromHost,
  fromGuestCodec,
  fromHostCodec,
  type Hello,
  type RequestId,
  SUBPROTOCOL,
  SUPPORTED,
  type TrimId,
} from '@trimtab/protocol';
import { BINDING_BYTES, BINDING_LABEL, PLAIN_BINDING } from '@trimtab/protocol/joining';
import { WebSocket } from 'ws';
import { backoffMs } from '../../../agent/src/link/backoff.ts';
import { answerChallenge, showKey } from '../../support/joining/answer-challenge.ts';
import { type GuestKeyPair, makeGuestKey } from '../../support/joining/guest-key.ts';
import { type FleetGuest, fleetInventory, toReport } from './fleet-agent.ts';

/** Where a collector is, and how it is known. */
export interface Collector {
  readonly port: number;
  readonly pin: string;
  readonly isEncrypted: boolean;
}

/** What all agents of a process have done. */
export interface Tally {
  welcome: number;
  /** Requests that were answered by an intent. */
  intents: number;
  acknowledged: number;
  /** How connections have ended, by close code; 0 where none came. */
  readonly ends: Record<string, number>;
}

export interface JoinedAgent {
  /** Once it is welcome. By the token, where one is given. */
  connect(token?: GuestKeyPair): Promise<void>;
  /** Of a trim that nobody asked for. */
  report(): void;
}

const INVENTORY = fromGuestCodec.encode({ type: 'inventory', inventory: fleetInventory() });

/**
 * An agent by its words, with a key of its own, from an address of its own. It comes back as ours does when its
 * connection ends.
 */
export function createJoinedAgent({
  guest,
  index,
  collector,
  tally,
}: {
  readonly guest: FleetGuest;
  readonly index: number;
  readonly collector: Collector;
  readonly tally: Tally;
}): JoinedAgent {
  const own = makeGuestKey();
  const identity = {
    hostname: guest.name,
    productUuid: guest.uuid,
    machineId: randomBytes(16).toString('hex'),
    bootId: randomUUID(),
  };
  const asked = new Map<TrimId, RequestId>();
  let say = (_message: FromGuest) => {};
  let failures = 0;

  function comeBack(): void {
    setTimeout(() => connect().catch(comeBack), backoffMs({ failures, random: Math.random }));
    failures += 1;
  }

  function connect(token: GuestKeyPair | null = null): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const { socket, binding } = openSocket(collector, index);
    let isWelcome = false;
    const hello: Hello = {
      type: 'hello',
      versions: SUPPORTED,
      agentVersion: '0.2.0',
      guest: identity,
      others: 0,
      starter: 'resident',
      nextVisitAt: null,
      ...showKey(own, collector.pin),
    };
    say = (message) => socket.send(fromGuestCodec.encode(message));
    socket.on('open', () => say(hello));
    socket.on('message', (frame: Buffer) => {
      const decoded = fromHostCodec.decode(frame);
      if (decoded.kind !== 'message') throw new Error(decoded.reason);
      const { message } = decoded;
      if (message.type === 'challenge') {
        say(answerChallenge({ hello, challenge: message, binding: binding(), own, token }));
      } else if (message.type === 'welcome') {
        isWelcome = true;
        failures = 0;
        tally.welcome += 1;
        socket.send(INVENTORY);
        resolve();
      } else {
        answer(message);
      }
    });
    socket.on('error', () => {});
    socket.on('close', (code, reason) => {
      tally.ends[code] = (tally.ends[code] ?? 0) + 1;
      if (!isWelcome) return reject(new Error(`${guest.name} was closed with ${code} ${reason}`));
      tally.welcome -= 1;
      comeBack();
    });
    return promise;
  }

  function answer(message: FromHost): void {
    switch (message.type) {
      case 'look':
        say({ type: 'inventory', inventory: fleetInventory() });
        return;
      case 'collector':
        say({ type: 'learned', pins: message.pins });
        return;
      case 'request': {
        const { requestId } = message;
        const trimId = randomUUID() as string as TrimId;
        asked.set(trimId, requestId);
        say({ type: 'intent', trimId, trigger: 'requested', requestId, mounts: ['/'] });
        tally.intents += 1;
        return;
      }
      case 'grant': {
        const { trimId } = message;
        const requestId = asked.get(trimId) ?? null;
        say({ type: 'started', trimId, startedAt: Date.now() });
        say({ type: 'report', report: toReport({ trimId, requestId, granted: true }) });
        return;
      }
      case 'acknowledged':
        asked.delete(message.trimId);
        tally.acknowledged += 1;
    }
  }

  return {
    connect,
    report() {
      const trimId = randomUUID() as string as TrimId;
      say({ type: 'report', report: toReport({ trimId, requestId: null, granted: false }) });
    },
  };
}

function openSocket({ port, pin, isEncrypted }: Collector, index: number) {
  const localAddress = `127.0.${1 + (index >> 7)}.${1 + (index & 127)}`;
  const options = { localAddress, perMessageDeflate: false };
  if (!isEncrypted)
    return {
      socket: new WebSocket(`ws://127.0.0.1:${port}/agent`, SUBPROTOCOL, options),
      binding: () => PLAIN_BINDING,
    };
  const servername = `${Buffer.from(pin, 'base64url').toString('hex').slice(0, 32)}.trimtab`;
  let sealed: TLSSocket | null = null;
  const createConnection = () => {
    const socket = connect({ host: '127.0.0.1', port, localAddress });
    sealed = connectTls({ socket, servername, ca: [], rejectUnauthorized: false });
    sealed.once('secureConnect', () => checkPin(sealed, pin));
    return sealed;
  };
  return {
    socket: new WebSocket(`wss://127.0.0.1:${port}/agent`, SUBPROTOCOL, { ...options, createConnection }),
    binding: () =>
      sealed?.exportKeyingMaterial(BINDING_BYTES, BINDING_LABEL, Buffer.alloc(0)).toString('base64url') ?? '',
  };
}

function checkPin(socket: TLSSocket | null, pin: string): void {
  const key = socket?.getPeerX509Certificate()?.publicKey.export({ type: 'spki', format: 'der' });
  const shown = createHash('sha256')
    .update(key ?? '')
    .digest('base64url');
  if (shown !== pin) throw new Error(`the collector shows the key ${shown}, and not ${pin}`);
}
