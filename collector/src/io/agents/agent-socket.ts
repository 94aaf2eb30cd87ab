import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { CLOSE_CODES } from '@trimtab/protocol';
import { BINDING_BYTES, BINDING_LABEL, PLAIN_BINDING } from '@trimtab/protocol/joining';
import { toCause } from '@trimtab/protocol/shared';
import { type RawData, WebSocket } from 'ws';
import type { Place } from '../../ports/guest-door.ts';
import type { GuestSocket, OpenSocket, SocketEvents, SocketProof } from '../../ports/guest-socket.ts';
import type { Arrival } from './arrivals.ts';
import type { Beating, Heartbeats, Turn } from './heartbeats.ts';

/** A guest that does not read: more than this waiting for it and its link is dropped; it will come back. */
export const BACKLOG_LIMIT_BYTES = 4 * 1024 * 1024;

/** How long a peer has to answer a close frame. */
export const CLOSE_PATIENCE_MS = 2_000;

/** Its listeners are the same functions for all: each finds here whose it is. */
export class AgentWebSocket extends WebSocket {
  agent: AgentSocket | null = null;
}

/** A WebSocket that has come to be, `over` the connection or its TLS. */
export function attachSocket({
  socket,
  over,
  arrival,
  heartbeats,
  open,
}: {
  readonly socket: AgentWebSocket;
  readonly over: Duplex;
  readonly arrival: Arrival;
  readonly heartbeats: Heartbeats;
  readonly open: OpenSocket;
}): void {
  socket.agent = new AgentSocket({ socket, over, arrival, heartbeats, proof: toProof(arrival, over), open });
  socket.on('error', onError).on('pong', onPong).on('message', onMessage).on('close', onClose);
}

class AgentSocket implements GuestSocket, Beating {
  readonly proof: SocketProof;
  readonly #socket: WebSocket;
  readonly #over: Duplex;
  readonly #arrival: Arrival;
  readonly #heartbeats: Heartbeats;
  readonly #turn: Turn;
  readonly #events: SocketEvents;
  /** The last ping; there is none that was not. */
  #isAnswered = true;
  #isGathering = false;

  constructor({
    socket,
    over,
    arrival,
    heartbeats,
    proof,
    open,
  }: {
    readonly socket: WebSocket;
    readonly over: Duplex;
    readonly arrival: Arrival;
    readonly heartbeats: Heartbeats;
    readonly proof: SocketProof;
    readonly open: OpenSocket;
  }) {
    this.proof = proof;
    this.#socket = socket;
    this.#over = over;
    this.#arrival = arrival;
    this.#heartbeats = heartbeats;
    this.#events = open(this);
    arrival.becomes(this);
    this.#turn = heartbeats.add(this);
  }

  get peer(): string {
    return this.#arrival.peer;
  }

  get address(): string {
    return this.#arrival.address;
  }

  get place(): Place {
    return this.#arrival.place;
  }

  send(frame: Uint8Array): boolean {
    const socket = this.#socket;
    if (socket.readyState !== socket.OPEN) return false;
    if (socket.bufferedAmount > BACKLOG_LIMIT_BYTES) {
      socket.terminate();
      return false;
    }
    this.#gather();
    socket.send(frame);
    return true;
  }

  /** What is said at once goes out as one: a welcome, and what comes with it. */
  #gather(): void {
    if (this.#isGathering) return;
    this.#isGathering = true;
    this.#over.cork();
    process.nextTick(letGo, this);
  }

  letGo(): void {
    this.#isGathering = false;
    this.#over.uncork();
  }

  ping(): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.ping();
  }

  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
    // Its place is another's: it goes as soon as it has been told.
    if (code === CLOSE_CODES.tryLater) this.#arrival.connection.destroySoon();
    // A peer that never answers the close frame must not keep the socket.
    else setTimeout(() => this.#socket.terminate(), CLOSE_PATIENCE_MS).unref();
  }

  displaced(reason: string): void {
    this.#events.displaced(reason);
  }

  beat(): void {
    if (this.#isAnswered) {
      this.#isAnswered = false;
      this.#socket.ping();
    } else {
      this.#socket.terminate();
    }
  }

  answered(): void {
    this.#isAnswered = true;
    this.#events.answered();
  }

  /** ws has closed by itself then: 1009 oversized, 1002 malformed. */
  broke(error: Error): void {
    this.#events.broke(toCause(error));
  }

  heard(data: RawData, isBinary: boolean): void {
    this.#arrival.spoke();
    if (isBinary) this.#events.frame(data as Buffer);
    else this.#events.text();
  }

  closed(): void {
    this.#heartbeats.remove(this, this.#turn);
    this.#events.closed();
  }
}

function letGo(socket: AgentSocket): void {
  socket.letGo();
}

function onError(this: WebSocket, error: Error): void {
  (this as AgentWebSocket).agent?.broke(error);
}

function onPong(this: WebSocket): void {
  (this as AgentWebSocket).agent?.answered();
}

function onMessage(this: WebSocket, data: RawData, isBinary: boolean): void {
  (this as AgentWebSocket).agent?.heard(data, isBinary);
}

function onClose(this: WebSocket): void {
  (this as AgentWebSocket).agent?.closed();
}

const PLAIN: SocketProof = { kind: 'network', binding: PLAIN_BINDING };

function toProof({ domain }: Arrival, over: Duplex): SocketProof {
  if (domain !== null) return { kind: 'channel', domain };
  if (!(over instanceof TLSSocket)) return PLAIN;
  // What no other connection has (RFC 8446, 7.5).
  const material = over.exportKeyingMaterial(BINDING_BYTES, BINDING_LABEL, Buffer.alloc(0));
  return { kind: 'network', binding: material.toString('base64url') };
}
