import type { Socket } from 'node:net';
import type { GuestDoor, Place } from '../../ports/guest-door.ts';

/**
 * From the first packet to the upgrade, with all that lies between: the first byte, the TLS handshake, the head of the
 * request.
 */
export const UPGRADE_TIMEOUT_MS = 5_000;

/** A connection of which nothing is known but where it comes from. */
export interface Arrival {
  /** As it was accepted; TLS lies over it. */
  readonly connection: Socket;
  readonly address: string;
  readonly isOfThisHost: boolean;
  readonly place: Place;
  /** How it ends when its place is needed for another. */
  leave(reason: string): void;
  /** It has become a WebSocket: it is not late any more. */
  upgraded(): void;
}

export interface Arrivals {
  enter(connection: Socket): Arrival;
  destroyAll(): void;
}

/** Every connection, from its first packet to its last. */
export function createArrivals(door: GuestDoor): Arrivals {
  const all = new Set<Arrival>();
  return {
    enter(connection) {
      const arrival = enter(door, connection);
      all.add(arrival);
      connection.on('error', () => connection.destroy());
      connection.once('close', () => {
        all.delete(arrival);
        arrival.upgraded();
        arrival.place.free();
      });
      return arrival;
    },
    destroyAll() {
      for (const { connection } of all) connection.destroy();
    },
  };
}

function enter(door: GuestDoor, connection: Socket): Arrival {
  // Undefined of one that is gone already.
  const address = connection.remoteAddress ?? '';
  const late = setTimeout(() => connection.destroy(), UPGRADE_TIMEOUT_MS);
  const arrival: Arrival = {
    connection,
    address,
    isOfThisHost: isLoopback(address),
    place: door.enter({ address, leave: (reason) => arrival.leave(reason) }),
    leave: () => connection.destroy(),
    upgraded: () => clearTimeout(late),
  };
  return arrival;
}

/** As the kernel writes it: also an IPv4 address that arrives on a socket of IPv6. */
function isLoopback(address: string): boolean {
  return address === '::1' || /^(?:::ffff:)?127\.\d+\.\d+\.\d+$/.test(address);
}
