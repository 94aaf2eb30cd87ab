import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { GuestDoor, Place } from '../../ports/guest-door.ts';
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

/** A connection of which nothing is known but where it comes from. */
export interface Arrival<Connection extends Carrier = Carrier> {
  /** As it was accepted; TLS lies over it. */
  readonly connection: Connection;
  readonly address: string;
  /** The same with what is new with each connection, for the log. */
  readonly peer: string;
  /** Of the guest whose channel it came over; null from a network. */
  readonly domain: string | null;
  readonly isOfThisHost: boolean;
  readonly place: Place;
  /** How it ends when its place is needed for another. */
  leave(reason: string): void;
  /** It has begun to speak, and is heard when its turn comes. */
  linesUp(): void;
  /** Its turn has come. Resolves when it has spoken, is gone, or has let this end wait for it. */
  comesUp(): Promise<void>;
  /** It has said something as an agent. */
  spoke(): void;
  /** It has become a WebSocket: it is not late any more. */
  upgraded(): void;
}

export interface Arrivals {
  enter(connection: Socket): Arrival<Socket>;
  /** Over the virtio-serial port of a guest. */
  enterByChannel(call: { readonly stream: Carrier; readonly domain: string }): Arrival;
  destroyAll(): void;
}

/** Every connection, from its first packet to its last. */
export function createArrivals(door: GuestDoor): Arrivals {
  const all = new Set<Arrival>();

  function keep<Connection extends Carrier>(arrival: Arrival<Connection>): Arrival<Connection> {
    const { connection } = arrival;
    all.add(arrival);
    connection.on('error', () => connection.destroy());
    connection.once('close', () => {
      all.delete(arrival);
      arrival.upgraded();
      arrival.place.free();
    });
    return arrival;
  }

  return {
    enter(connection) {
      // Undefined of one that is gone already.
      const address = connection.remoteAddress ?? '';
      const peer = `${address}:${connection.remotePort}`;
      return keep(enter({ door, connection, address, peer, isOfThisHost: isLoopback(address), domain: null }));
    },
    enterByChannel({ stream, domain }) {
      const address = `channel of ${domain}`;
      return keep(enter({ door, connection: stream, address, peer: address, isOfThisHost: true, domain }));
    },
    destroyAll() {
      for (const { connection } of all) connection.destroy();
    },
  };
}

const NOTHING = () => {};

function enter<Connection extends Carrier>({
  door,
  ...of
}: { readonly door: GuestDoor } & Pick<
  Arrival<Connection>,
  'connection' | 'address' | 'peer' | 'isOfThisHost' | 'domain'
>): Arrival<Connection> {
  const { connection, address } = of;
  // What lies in its socket unread, it has said in time.
  const arm = () => clock.after(UPGRADE_TIMEOUT_MS, () => connection.destroy());
  let disarm = arm();
  const arrival: Arrival<Connection> = {
    ...of,
    place: door.enter({ address, leave: (reason) => arrival.leave(reason) }),
    leave: () => connection.destroy(),
    linesUp() {
      disarm();
      arrival.place.linesUp();
    },
    comesUp() {
      disarm = arm();
      arrival.place.comesUp();
      const { promise, resolve } = Promise.withResolvers<void>();
      connection.once('close', resolve);
      const stop = clock.after(SPEAKS_WITHIN_MS, resolve);
      arrival.spoke = resolve;
      // Thousands stay connected: nothing of it is kept.
      return promise.finally(() => {
        stop();
        connection.off('close', resolve);
        arrival.spoke = NOTHING;
      });
    },
    spoke: NOTHING,
    upgraded() {
      disarm();
      disarm = NOTHING;
    },
  };
  return arrival;
}

/** As the kernel writes it: also an IPv4 address that arrives on a socket of IPv6. */
function isLoopback(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(address);
}
