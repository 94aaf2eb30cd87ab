import type { FromHost, GuestIdentity, Hello, Inventory } from '@trimtab/protocol';
import type { GuestId } from '../model/guest-id.ts';
import type { Clock } from '../ports/clock.ts';
import type { GuestSocket, OpenSocket, SocketEvents } from '../ports/guest-socket.ts';
import type { Log } from '../ports/log.ts';
import { createCloneWatch } from './clones.ts';
import { toCompact, toKept } from './compact.ts';
import { createGuestBudgets } from './guest-budgets.ts';
import { type GuestConnection, openConnection } from './guest-connection.ts';
import type { Delivered } from './session.ts';

/** A guest whose agent is connected now. */
export interface ConnectedGuest {
  /** Of the host's own making; what the guest says led to it. */
  readonly id: GuestId;
  /** Unique on this host. */
  readonly name: string;
  /** What the guest says that it is. */
  readonly identity: GuestIdentity;
  readonly agentVersion: string;
  /** Of the messages, as agreed on this connection (protocol/src/wire/version.ts). */
  readonly wireVersion: number;
  /** Null until the agent has sent it. */
  readonly inventory: Inventory | null;
  /** When it sent that, by the host's clock (UTC); null until then. */
  readonly inventoryAt: number | null;
  /** Did a source of this host tell of it when it said hello? */
  readonly isKnown: boolean;
  /** Why it cannot be told from another guest that runs under the same identity, for people; null while it can. */
  readonly contested: string | null;
  /** UTC, milliseconds: its last message, or answer to a ping. */
  readonly lastHeardAt: number;
}

/** One connection of a guest: what fails in it ends it, and never a newer one of the same guest. */
export interface GuestSession {
  readonly guest: ConnectedGuest;
  /** Ends it because this end failed it; the agent comes back and sends again what was not acknowledged. */
  fail(): void;
}

/** A guest that says hello. */
export interface Meeting {
  /** Does a source of this host tell of it? Where they cannot be asked, what they told last counts. */
  readonly isKnown: boolean;
  /** Which it is. Not asked before it has its place: what it shows is stored. `welcome` carries its name. */
  recognise(): Promise<RecognisedGuest>;
}

export interface RecognisedGuest extends Pick<ConnectedGuest, 'id' | 'name'> {
  /** Other guests that bear another name from now on. */
  readonly renamed: readonly Pick<ConnectedGuest, 'id' | 'name'>[];
}

/** What the rest of the collector does with what guests say. */
export interface GuestLinkEvents {
  meet(hello: Hello): Promise<Meeting>;
  connected(session: GuestSession): void;
  disconnected(guest: ConnectedGuest): void;
  /** Resolves when it has been dealt with, however that ended. */
  said(session: GuestSession, message: Exclude<Delivered, { type: 'inventory' }>): Promise<void>;
}

export interface GuestLinks {
  /** Opens links whose guests are heard by `events`. */
  openTo(events: GuestLinkEvents): OpenSocket;
  guests(): readonly ConnectedGuest[];
  /** Null when it is not connected. */
  find(id: GuestId): ConnectedGuest | null;
  isConnected(id: GuestId): boolean;
  /** It is called so from now on; nothing where it is not connected. */
  rename(guest: Pick<ConnectedGuest, 'id' | 'name'>): void;
  /** False when that guest is not connected: what must arrive is sent again when it is. */
  send(id: GuestId, message: FromHost): boolean;
  /** Ends the session of a guest, if it has one: it comes back, and is recognised anew. */
  sendAway(id: GuestId): void;
}

export interface GuestLinksDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly collectorVersion: string;
  readonly strangersPerAddress: number;
}

interface Link {
  readonly connection: GuestConnection;
  guest: ConnectedGuest;
}

/** A guest that has said hello, and nothing else yet. */
function toConnected({
  recognised: { id, name },
  hello: { guest: identity, agentVersion },
  version: wireVersion,
  isKnown,
  lastHeardAt,
}: {
  recognised: Pick<ConnectedGuest, 'id' | 'name'>;
  hello: Hello;
  version: number;
  isKnown: boolean;
  lastHeardAt: number;
}): ConnectedGuest {
  const unsaid = { inventory: null, inventoryAt: null, contested: null };
  const said = toCompact({ identity, agentVersion });
  return { id, name, ...said, wireVersion, isKnown, lastHeardAt, ...unsaid };
}

function createRename(linksById: ReadonlyMap<GuestId, Link>) {
  return ({ id, name }: Pick<ConnectedGuest, 'id' | 'name'>): void => {
    const link = linksById.get(id);
    if (link !== undefined) link.guest = { ...link.guest, name };
  };
}

function mapLink<Value>(link: Link | undefined, map: (link: Link) => Value): Value | null {
  return link === undefined ? null : map(link);
}

/** The guests that are connected, one link a guest: a newer one takes the place of the older. */
export function createGuestLinks(deps: GuestLinksDeps): GuestLinks {
  const { clock, log } = deps;
  const linksById = new Map<GuestId, Link>();
  const clones = createCloneWatch();
  const budgets = createGuestBudgets(deps);
  const rename = createRename(linksById);

  function open(events: GuestLinkEvents, socket: GuestSocket): SocketEvents {
    let link: Link | null = null;
    const fail = () => connection.step({ kind: 'failed' });
    const connection = openConnection({
      socket,
      clock,
      log,
      tellEnd(why) {
        const { peer, address } = socket;
        if (budgets.mayTell(address)) log.warn({ peer, guest: link?.guest.name, ...why }, 'session closed');
      },
      async greet({ hello, version }) {
        const { isKnown, recognise } = await events.meet(hello);
        if (connection.isClosed()) return null;
        const why = socket.place.greeted(isKnown ? 'known' : 'stranger');
        if (why !== null) connection.step({ kind: 'no-place', reason: why });
        if (connection.isClosed()) return null;
        const recognised = await recognise();
        recognised.renamed.forEach(rename);
        if (connection.isClosed()) return null;
        clones.greeted(hello.guest, clock.monotonicMs());
        const guest = asOfNow(toConnected({ recognised, hello, version, isKnown, lastHeardAt: clock.now() }));
        if (guest.contested !== null) log.warn({ guest: guest.name, peer: socket.peer }, guest.contested);
        linksById.get(guest.id)?.connection.step({ kind: 'superseded' });
        link = { connection, guest };
        linksById.set(guest.id, link);
        connection.write({ type: 'welcome', version, collectorVersion: deps.collectorVersion, guest: guest.name });
        events.connected({ guest, fail });
        return budgets.of(isKnown ? { kind: 'guest', id: guest.id } : { kind: 'address', address: socket.address });
      },
      deliver(message, frameBytes) {
        if (link === null) return;
        const { place } = socket;
        const why = message.type === 'inventory' ? place.keeps(frameBytes) : place.waits(frameBytes);
        if (why !== null) connection.step({ kind: 'no-place', reason: why });
        else if (message.type === 'inventory')
          link.guest = { ...link.guest, inventory: toKept(message, frameBytes), inventoryAt: clock.now() };
        else void events.said({ guest: asOfNow(link.guest), fail }, message).then(() => place.done(frameBytes));
      },
      heard() {
        if (link !== null) link.guest = { ...link.guest, lastHeardAt: clock.now() };
      },
      left() {
        if (link !== null && linksById.get(link.guest.id) === link) {
          linksById.delete(link.guest.id);
          events.disconnected(link.guest);
        }
        link = null;
      },
    });
    return connection.events;
  }

  function asOfNow(guest: ConnectedGuest): ConnectedGuest {
    const contested = clones.contested(guest.identity, clock.monotonicMs());
    return contested === guest.contested ? guest : { ...guest, contested };
  }

  return {
    openTo: (events) => (socket) => open(events, socket),
    guests: () => [...linksById.values()].map(({ guest }) => asOfNow(guest)),
    find: (id) => mapLink(linksById.get(id), ({ guest }) => asOfNow(guest)),
    isConnected: (id) => linksById.has(id),
    rename,
    sendAway: (id) => linksById.get(id)?.connection.step({ kind: 'failed' }),
    send(id, message) {
      const link = linksById.get(id);
      if (link === undefined) return false;
      if (message.type === 'prove') link.connection.step({ kind: 'asked-proof', proofId: message.proofId });
      return link.connection.write(message);
    },
  };
}
