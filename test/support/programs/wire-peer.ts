import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import {
  type FromGuest,
  type FromHost,
  fromGuestCodec,
  fromHostCodec,
  type GuestIdentity,
  type Hello,
  type Inventory,
  SUBPROTOCOL,
  SUPPORTED,
  type TrimId,
  type TrimReport,
  UNPROVEN,
} from '@trimtab/protocol';
import { WebSocket } from 'ws';
import { aDisk } from '../../collector/correlate/examples.ts';
import { aFilesystem, aLayer } from '../../collector/diagnose/examples.ts';
import { answerChallenge, showKey } from '../joining/answer-challenge.ts';
import { type GuestKeyPair, keyOfSecret } from '../joining/guest-key.ts';
import { waitWhileMoving } from '../waiting/wait-while-moving.ts';
import type { Program } from './program.ts';

const GIB = 1024 ** 3;

/** An agent whose every word is the test's. */
export interface WirePeer {
  /** As it was welcomed. */
  readonly name: string;
  say(message: FromGuest): void;
  /** The first message of this type that was not heard before. */
  hears<Type extends FromHost['type']>(type: Type): Promise<Extract<FromHost, { type: Type }>>;
  leave(): Promise<void>;
}

export interface PeerOptions {
  readonly port: number;
  readonly guest: Partial<GuestIdentity> & Pick<GuestIdentity, 'hostname'>;
  /** Whom it speaks to: while that moves, an answer is waited for. */
  readonly collector: Program;
  /** An address of this host that it comes from; 127.0.0.1 if absent. */
  readonly localAddress?: string;
  /** Of one that has joined, or is to; absent of one at its word. */
  readonly membership?: Membership;
}

/** By which key a guest is known, and by which it knows its host. */
export interface Membership {
  readonly own: GuestKeyPair;
  /** The secret of a token to join by; null of one that has joined. */
  readonly secret: string | null;
  /** SHA-256 of the key of the collector. */
  readonly pin: string;
}

export async function connectPeer(options: PeerOptions): Promise<WirePeer> {
  const { port, guest, collector, localAddress = '127.0.0.1', membership = null } = options;
  const socket = new WebSocket(`ws://127.0.0.1:${port}/agent`, SUBPROTOCOL, { localAddress });
  const heard: FromHost[] = [];
  socket.on('error', () => {});
  socket.on('message', (frame: Buffer) => {
    const decoded = fromHostCodec.decode(frame);
    if (decoded.kind === 'message') heard.push(decoded.message);
  });
  const closed = once(socket, 'close');
  await once(socket, 'open');
  const say = (message: FromGuest) => socket.send(fromGuestCodec.encode(message));
  const hears = <Type extends FromHost['type']>(type: Type) =>
    waitWhileMoving<Extract<FromHost, { type: Type }>>({
      what: `${guest.hostname} hears ${type}`,
      movement: collector.movement,
      betweenMs: 5,
      find() {
        const at = heard.findIndex((message) => message.type === type);
        return at < 0 ? null : (heard.splice(at, 1)[0] as Extract<FromHost, { type: Type }>);
      },
    });
  const unknown = { productUuid: randomUUID(), machineId: null, bootId: randomUUID() };
  const hello: Hello = {
    type: 'hello',
    ...UNPROVEN,
    versions: SUPPORTED,
    agentVersion: '0.0.0-test',
    guest: { ...unknown, ...guest },
    ...(membership === null ? {} : showKey(membership.own, membership.pin)),
  };
  say(hello);
  if (membership !== null) {
    const { own, secret } = membership;
    const token = secret === null ? null : keyOfSecret(secret);
    say(answerChallenge({ hello, challenge: await hears('challenge'), own, token }));
  }
  const { guest: name } = await hears('welcome');
  return {
    name,
    say,
    hears,
    async leave() {
      socket.close();
      await closed;
    },
  };
}

/** Of a guest with `/srv` on `vda`, a disk of 1 GiB. */
export function toWireInventory(serial: string): Inventory {
  return {
    takenAt: Date.now(),
    swaps: [],
    fstrimTimer: null,
    hasFstrim: null,
    unreached: null,
    facts: null,
    filesystems: [aFilesystem({ devices: ['vda'], sizeBytes: GIB / 2, usedBytes: GIB / 4 })],
    layers: [aLayer('vda', { sizeBytes: GIB })],
    disks: [aDisk({ name: 'vda', sizeBytes: GIB, driver: 'virtio_blk', serial })],
  };
}

/** A report of a trim of `/srv` on `vda`. */
export function toWireReport(given: Partial<TrimReport> = {}): TrimReport {
  const counters = { discardedBytes: 0, writtenBytes: 0 };
  return {
    id: randomUUID() as string as TrimId,
    trigger: 'scheduled',
    requestId: null,
    granted: false,
    startedAt: Date.now(),
    durationMs: 10,
    filesystems: [
      {
        mount: '/srv',
        kind: 'ext4',
        disks: ['vda'],
        durationMs: 10,
        again: false,
        outcome: { status: 'done', trimmedBytes: 4096 },
      },
    ],
    layers: [{ name: 'vda', before: counters, after: counters }],
    limitsAfter: [],
    ...given,
  };
}
