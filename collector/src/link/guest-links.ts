import type { FromHost, GuestIdentity, Hello, Inventory } from '@trimtab/protocol';
import type { GuestId } from '../model/guest-id.ts';
import type { Clock } from '../ports/clock.ts';
import type { Standing } from '../ports/guest-door.ts';
import type { GuestSocket, OpenSocket, SocketEvents } from '../ports/guest-socket.ts';
import type { Log } from '../ports/log.ts';
import { createCloneWatch } from './clones.ts';
import { toCompact, toKept } from './compact.ts';
import type { FrameBudget } from './frame-budget.ts';
import { createGuestBudgets } from './guest-budgets.ts';
import { type GuestConnection, openConnection } from './guest-connection.ts';
import { createLinkBook } from './link-book.ts';
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
  /** Did a source of this host tell of it when the host was last read? */
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

/** A guest that has said hello, when the host was read for it, or could not be. */
export interface Meeting {
  /** Which it is. Not asked before it has its place: what it shows is stored. `welcome` carries its name. */
  recognise(): Promise<RecognisedGuest>;
}

export interface RecognisedGuest extends Pick<ConnectedGuest, 'id' | 'name'> {
  /** Other guests that bear another name from now on. */
  readonly renamed: readonly Pick<ConnectedGuest, 'id' | 'name'>[];
}

/** What the rest of the collector does with what guests say. */
export interface GuestLinkEvents {
  /** Does a source of this host tell of it, by what they told last? */
  isKnown(identity: GuestIdentity): boolean;
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
  /** Those that say that their product UUID or their boot id is one of these. */
  saying(words: readonly string[]): readonly ConnectedGuest[];
  /** Null when it is not connected. */
  find(id: GuestId): ConnectedGuest | null;
  isConnected(id: GuestId): boolean;
  /** The host was read: who is known by it, and was not, has the place of one, and the other way round. */
  weigh(isKnown: GuestLinkEvents['isKnown']): void;
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
  readonly socket: GuestSocket;
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

type Book = ReturnType<typeof createLinkBook<Link>>;

function createRename(book: Book) {
  return ({ id, name }: Pick<ConnectedGuest, 'id' | 'name'>): void => {
    const link = book.find(id);
    if (link !== undefined) link.guest = { ...link.guest, name };
  };
}

type GuestBudgets = ReturnType<typeof createGuestBudgets>;

function budgetOf(budgets: GuestBudgets, { guest, socket }: Link): FrameBudget {
  return budgets.of(guest.isKnown ? { kind: 'guest', id: guest.id } : { kind: 'address', address: socket.address });
}

const toStanding = (isKnown: boolean): Standing => (isKnown ? 'known' : 'stranger');

function createWeigh({ book, budgets }: { book: Book; budgets: GuestBudgets }) {
  function weigh(link: Link, isKnown: boolean): void {
    if (link.guest.isKnown === isKnown) return;
    link.guest = { ...link.guest, isKnown };
    const why = link.socket.place.stands(toStanding(isKnown));
    if (why === null) link.connection.goOnWith(budgetOf(budgets, link));
    else link.connection.step({ kind: 'no-place', reason: why });
  }

  return (isKnown: GuestLinkEvents['isKnown']): void => {
    for (const link of book.all()) weigh(link, isKnown(link.guest.identity));
  };
}

/** Is there a place for it? */
function endUnless(connection: GuestConnection, why: string | null): boolean {
  if (why !== null) connection.step({ kind: 'no-place', reason: why });
  return !connection.isClosed();
}

function createAsOfNow({ clones, clock }: { clones: ReturnType<typeof createCloneWatch>; clock: Clock }) {
  return (guest: ConnectedGuest): ConnectedGuest => {
    const contested = clones.contested(guest.identity, clock.monotonicMs());
    return contested === guest.contested ? guest : { ...guest, contested };
  };
}

function mapLink<Value>(link: Link | undefined, map: (link: Link) => Value): Value | null {
  return link === undefined ? null : map(link);
}

/** The guests that are connected, one link a guest: a newer one takes the place of the older. */
export function createGuestLinks(deps: GuestLinksDeps): GuestLinks {
  const { clock, log } = deps;
  const book = createLinkBook<Link>();
  const clones = createCloneWatch();
  const budgets = createGuestBudgets(deps);
  const rename = createRename(book);
  const asOfNow = createAsOfNow({ clones, clock });

  function open(events: GuestLinkEvents, socket: GuestSocket): SocketEvents {
    let link: Link | null = null;
    const fail = () => connection.step({ kind: 'failed' });
    const mayStay = (why: string | null) => endUnless(connection, why);
    const connection = openConnection({
      socket,
      clock,
      log,
      tellEnd(why) {
        const { peer, address } = socket;
        if (budgets.mayTell(address)) log.warn({ peer, guest: link?.guest.name, ...why }, 'session closed');
      },
      async greet({ hello, version }) {
        const standing = () => toStanding(events.isKnown(hello.guest));
        const { place } = socket;
        if (!mayStay(place.greets({ standing: standing(), uuid: hello.guest.productUuid }))) return null;
        const { recognise } = await events.meet(hello);
        if (connection.isClosed() || !mayStay(place.stands(standing()))) return null;
        const recognised = await recognise();
        recognised.renamed.forEach(rename);
        // The host may have been read anew meanwhile.
        if (connection.isClosed() || !mayStay(place.stands(standing()))) return null;
        clones.greeted(hello.guest, clock.monotonicMs());
        const isKnown = events.isKnown(hello.guest);
        const guest = asOfNow(toConnected({ recognised, hello, version, isKnown, lastHeardAt: clock.now() }));
        if (guest.contested !== null) log.warn({ guest: guest.name, peer: socket.peer }, guest.contested);
        book.find(guest.id)?.connection.step({ kind: 'superseded' });
        link = { connection, socket, guest };
        book.put(link);
        connection.write({ type: 'welcome', version, collectorVersion: deps.collectorVersion, guest: guest.name });
        events.connected({ guest, fail });
        return budgetOf(budgets, link);
      },
      deliver(message, frameBytes) {
        if (link === null) return;
        const { place } = socket;
        if (!mayStay(message.type === 'inventory' ? place.keeps(frameBytes) : place.waits(frameBytes))) return;
        if (message.type === 'inventory')
          link.guest = { ...link.guest, inventory: toKept(message, frameBytes), inventoryAt: clock.now() };
        else void events.said({ guest: asOfNow(link.guest), fail }, message).then(() => place.done(frameBytes));
      },
      heard() {
        if (link !== null) link.guest = { ...link.guest, lastHeardAt: clock.now() };
      },
      left() {
        if (link !== null && book.remove(link)) events.disconnected(link.guest);
        link = null;
      },
    });
    return connection.events;
  }

  return {
    openTo: (events) => (socket) => open(events, socket),
    guests: () => book.all().map(({ guest }) => asOfNow(guest)),
    saying: (words) => book.saying(words).map(({ guest }) => asOfNow(guest)),
    find: (id) => mapLink(book.find(id), ({ guest }) => asOfNow(guest)),
    isConnected: (id) => book.find(id) !== undefined,
    weigh: createWeigh({ book, budgets }),
    rename,
    sendAway: (id) => book.find(id)?.connection.step({ kind: 'failed' }),
    send(id, message) {
      const link = book.find(id);
      if (link === undefined) return false;
      if (message.type === 'prove') link.connection.step({ kind: 'asked-proof', proofId: message.proofId });
      return link.connection.write(message);
    },
  };
}
