import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { GuestDoor, Place, Visitor } from '../../ports/guest-door.ts';
import type { GuestSocket, SocketEvents } from '../../ports/guest-socket.ts';
import { clock } from '../clock.ts';

/**
 * From the first packet to the first byte, and again from its turn to the upgrade, with all that lies between: the TLS
 * handshake, the head of the request. The line between the two is not counted.
 */
export const UPGRADE_TIMEOUT_MS = 5_000;

/** From its turn to its first message: who takes longer is heard beside those that come after, and holds up nobody. */
export const SPEAKS_WITHIN_MS = 1_000;

/** As much of a socket as is asked of one. */
export type Carrier = Duplex & { destroySoon(): void };

/** What has become of a connection. */
type Agent = Pick<GuestSocket, 'close'> & Pick<SocketEvents, 'displaced'>;

interface Origin<Connection extends Carrier> {
  /** As it was accepted; TLS lies over it. */
  readonly connection: Connection;
  readonly address: string;
  /** Null where there are none. */
  readonly port: number | null;
  /** Of the guest whose channel it came over; null from a network. */
  readonly domain: string | null;
}

/** A connection of which nothing is known but where it comes from. */
export class Arrival<Connection extends Carrier = Carrier> implements Visitor {
  readonly connection: Connection;
  readonly address: string;
  readonly domain: string | null;
  readonly place: Place;
  readonly #port: number | null;
  #notLate: (() => void) | null;
  /** While somebody waits for it to speak. */
  #heard: (() => void) | null = null;
  #agent: Agent | null = null;

  constructor(door: GuestDoor, { connection, address, port, domain }: Origin<Connection>) {
    this.connection = connection;
    this.address = address;
    this.domain = domain;
    this.#port = port;
    this.#notLate = armLate(connection);
    this.place = door.enter(this);
  }

  /** Its address with what is new with each connection, for the log. */
  get peer(): string {
    return this.#port === null ? this.address : `${this.address}:${this.#port}`;
  }

  get isOfThisHost(): boolean {
    return this.domain !== null || isLoopback(this.address);
  }

  /** Its place is needed for another. */
  leave(reason: string): void {
    if (this.#agent === null) this.connection.destroy();
    else this.#agent.displaced(reason);
  }

  /** It has begun to speak, and is heard when its turn comes. */
  linesUp(): void {
    this.upgraded();
    this.place.linesUp();
  }

  /** Its turn has come. Resolves when it has spoken, is gone, or has let this end wait for it. */
  comesUp(): Promise<void> {
    this.#notLate = armLate(this.connection);
    this.place.comesUp();
    return new Promise((resolve) => {
      const stop = clock.after(SPEAKS_WITHIN_MS, resolve);
      this.#heard = () => {
        stop();
        resolve();
      };
    });
  }

  /** It has said something as an agent. */
  spoke(): void {
    this.#heard?.();
    this.#heard = null;
  }

  /** It has become a WebSocket: it is not late any more. */
  upgraded(): void {
    this.#notLate?.();
    // A timer that is over takes 170 bytes as long as it is known.
    this.#notLate = null;
  }

  becomes(agent: Agent): void {
    this.#agent = agent;
  }

  goodbye(): void {
    this.#agent?.close(1001, 'the collector stops');
  }

  over(): void {
    this.upgraded();
    this.spoke();
    this.place.free();
  }
}

export interface Arrivals {
  enter(connection: Socket): Arrival<Socket>;
  /** Over the virtio-serial port of a guest. */
  enterByChannel(call: { readonly stream: Carrier; readonly domain: string }): Arrival;
  goodbye(): void;
  destroyAll(): void;
}

/** Every connection, from its first packet to its last. */
export function createArrivals(door: GuestDoor): Arrivals {
  const all = new Set<Arrival>();

  function enter<Connection extends Carrier>(origin: Origin<Connection>): Arrival<Connection> {
    const { connection } = origin;
    const arrival = new Arrival(door, origin);
    all.add(arrival);
    connection.on('error', destroyIt);
    connection.on('close', () => {
      all.delete(arrival);
      arrival.over();
    });
    return arrival;
  }

  return {
    enter(connection) {
      // Undefined of one that is gone already.
      const { remoteAddress: address = '', remotePort: port = null } = connection;
      return enter({ connection, address, port, domain: null });
    },
    enterByChannel: ({ stream, domain }) =>
      enter({ connection: stream, address: `channel of ${domain}`, port: null, domain }),
    goodbye() {
      for (const arrival of all) arrival.goodbye();
    },
    destroyAll() {
      for (const { connection } of all) connection.destroy();
    },
  };
}

/** What lies in its socket unread, it has said in time. */
function armLate(connection: Carrier): () => void {
  return clock.after(UPGRADE_TIMEOUT_MS, () => connection.destroy());
}

function destroyIt(this: Duplex): void {
  this.destroy();
}

/** As the kernel writes it: also an IPv4 address that arrives on a socket of IPv6. */
function isLoopback(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(address);
}
