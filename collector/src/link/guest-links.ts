import {
  type FromHost,
  fromGuestCodec,
  fromHostCodec,
  type GuestIdentity,
  type Hello,
  type Inventory,
  limitReason,
} from '@trimtab/protocol';
import { toCause } from '@trimtab/protocol/shared';
import type { GuestId } from '../model/guest-id.ts';
import type { Clock } from '../ports/clock.ts';
import type { GuestSocket, OpenSocket, SocketEvents } from '../ports/guest-socket.ts';
import type { Log } from '../ports/log.ts';
import { createCloneWatch } from './clones.ts';
import { createFrameBudget } from './frame-budget.ts';
import {
  advance,
  type Delivered,
  type Effect,
  GREETING_TIMEOUT_MS,
  OPENED,
  type Session,
  type SessionEvent,
} from './session.ts';

/** A guest whose agent is connected now. */
export interface ConnectedGuest {
  /** Product UUID, else machine-id, else hostname: what the guest says, so it can only change its own record. */
  readonly id: GuestId;
  readonly name: string;
  readonly identity: GuestIdentity;
  readonly agentVersion: string;
  /** Of the messages, as agreed on this connection (protocol/src/wire/version.ts). */
  readonly wireVersion: number;
  /** Null until the agent has sent it. */
  readonly inventory: Inventory | null;
  /** Why it cannot be told from another guest that runs under the same identity, for people; null while it can. */
  readonly contested: string | null;
}

/** What the rest of the collector does with what guests say. */
export interface GuestLinkEvents {
  /** The name under which this host knows the guest; `welcome` carries it. */
  nameGuest(hello: Hello): Promise<string>;
  connected(guest: ConnectedGuest): void;
  disconnected(guest: ConnectedGuest): void;
  said(guest: ConnectedGuest, message: Exclude<Delivered, { type: 'inventory' }>): void;
}

export interface GuestLinks {
  /** Opens links whose guests are heard by `events`. */
  openTo(events: GuestLinkEvents): OpenSocket;
  guests(): readonly ConnectedGuest[];
  /** False when that guest is not connected: what must arrive is sent again when it is. */
  send(id: GuestId, message: FromHost): boolean;
  /** Ends a guest's session because this end failed it; the agent comes back and sends again what was not acknowledged. */
  fail(id: GuestId): void;
}

interface Link {
  readonly socket: GuestSocket;
  readonly step: (event: SessionEvent) => void;
  guest: ConnectedGuest;
}

/** The connections of all guests: performs what the pure session decides, and holds one link a guest. */
export function createGuestLinks(deps: {
  readonly clock: Clock;
  readonly log: Log;
  readonly collectorVersion: string;
}): GuestLinks {
  const linksById = new Map<GuestId, Link>();
  const clones = createCloneWatch();

  function open(events: GuestLinkEvents, socket: GuestSocket): SocketEvents {
    let session: Session = OPENED.session;
    let link: Link | null = null;
    let disarm = () => {};
    const budget = createFrameBudget(deps.clock.monotonicMs());

    function step(event: SessionEvent): void {
      const next = advance(session, event);
      session = next.session;
      for (const effect of next.effects) perform(effect);
      if (session.state === 'closed') leave();
    }

    function perform(effect: Effect): void {
      switch (effect.effect) {
        case 'arm-greeting-timer':
          disarm = deps.clock.after(GREETING_TIMEOUT_MS, () => step({ event: 'greeting-timeout' }));
          return;
        case 'disarm-greeting-timer':
          disarm();
          return;
        case 'close':
          deps.log.warn(
            { peer: socket.peer, guest: link?.guest.name, code: effect.code, reason: effect.reason },
            'session closed',
          );
          socket.close(effect.code, limitReason(effect.reason));
          return;
        case 'greet':
          greet(effect.hello, effect.version).catch((error) => {
            deps.log.error({ peer: socket.peer, reason: toCause(error) }, 'greeting failed');
            step({ event: 'failed' });
          });
          return;
        case 'deliver':
          deliver(effect.message);
          return;
      }
    }

    /** Frames that arrive while the name is looked up wait in `early`, so that nothing overtakes the welcome. */
    let early: Delivered[] | null = null;

    async function greet(hello: Hello, version: number): Promise<void> {
      early = [];
      const name = await events.nameGuest(hello);
      if (session.state === 'closed') return;
      const id = toGuestId(hello.guest);
      clones.greeted(id, hello.guest, deps.clock.monotonicMs());
      const guest: ConnectedGuest = {
        id,
        name,
        identity: hello.guest,
        agentVersion: hello.agentVersion,
        wireVersion: version,
        inventory: null,
        contested: clones.contested(id, deps.clock.monotonicMs()),
      };
      if (guest.contested !== null) deps.log.warn({ guest: name, peer: socket.peer }, guest.contested);
      linksById.get(guest.id)?.step({ event: 'superseded' });
      link = { socket, step, guest };
      linksById.set(guest.id, link);
      write(socket, { type: 'welcome', version, collectorVersion: deps.collectorVersion, guest: name });
      events.connected(guest);
      const waiting = early;
      early = null;
      for (const message of waiting) deliver(message);
    }

    function deliver(message: Delivered): void {
      if (early !== null) {
        early.push(message);
        return;
      }
      if (link === null) return;
      if (message.type === 'inventory') link.guest = { ...link.guest, inventory: message.inventory };
      else events.said(asOfNow(link.guest), message);
    }

    function leave(): void {
      if (link === null) return;
      const { guest } = link;
      if (linksById.get(guest.id) === link) {
        linksById.delete(guest.id);
        events.disconnected(guest);
      }
      link = null;
    }

    for (const effect of OPENED.effects) perform(effect);
    return {
      frame(frame) {
        // What comes between our close frame and the socket's end is not worth decoding.
        if (session.state === 'closed') return;
        if (!budget.spend(deps.clock.monotonicMs(), frame.byteLength)) {
          step({ event: 'too-many-frames' });
          return;
        }
        const decoded = fromGuestCodec.decode(frame);
        step(
          decoded.ok ? { event: 'message', message: decoded.message } : { event: 'bad-frame', reason: decoded.reason },
        );
      },
      text: () => step({ event: 'bad-frame', reason: 'a text frame; messages are binary' }),
      closed: () => step({ event: 'socket-closed' }),
    };
  }

  return {
    openTo: (events) => (socket) => open(events, socket),
    guests: () => [...linksById.values()].map(({ guest }) => asOfNow(guest)),
    send(id, message) {
      const link = linksById.get(id);
      if (link === undefined) return false;
      if (message.type === 'prove') link.step({ event: 'asked-proof', proofId: message.proofId });
      return write(link.socket, message);
    },
    fail: (id) => linksById.get(id)?.step({ event: 'failed' }),
  };

  function asOfNow(guest: ConnectedGuest): ConnectedGuest {
    return { ...guest, contested: clones.contested(guest.id, deps.clock.monotonicMs()) };
  }
}

function write(socket: GuestSocket, message: FromHost): boolean {
  return socket.send(fromHostCodec.encode(message));
}

function toGuestId(identity: GuestIdentity): GuestId {
  return (identity.productUuid ?? identity.machineId ?? identity.hostname) as GuestId;
}
