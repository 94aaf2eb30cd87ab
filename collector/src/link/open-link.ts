import type { Hello } from '@trimtab/protocol';
import { toVisits } from '../model/visits.ts';
import type { Clock } from '../ports/clock.ts';
import type { GuestSocket, SocketEvents } from '../ports/guest-socket.ts';
import type { Line } from '../ports/line.ts';
import type { Log } from '../ports/log.ts';
import type { createCloneWatch } from './clones.ts';
import { toKept } from './compact.ts';
import { type ConnectedGuest, toConnected } from './connected-guest.ts';
import type { ConnectionDeps, GuestConnection } from './connection.ts';
import type { FrameBudget } from './frame-budget.ts';
import type { createGuestBudgets } from './guest-budgets.ts';
import { Connection } from './guest-connection.ts';
import { type LetIn, letIn, toStanding } from './let-in.ts';
import type { createLinkBook } from './link-book.ts';
import type { Challenged, GuestLinkEvents } from './link-events.ts';
import type { Delivered, Refusal } from './session.ts';
import { type createTakeoverWatch, TAKES_TURNS } from './takeovers.ts';

export interface Link {
  readonly connection: GuestConnection;
  readonly socket: GuestSocket;
  guest: ConnectedGuest;
}

export type Book = ReturnType<typeof createLinkBook<Link>>;
export type GuestBudgets = ReturnType<typeof createGuestBudgets>;

export function budgetOf(budgets: GuestBudgets, { guest, socket }: Link): FrameBudget {
  return budgets.of(guest.isKnown ? { kind: 'guest', id: guest.id } : { kind: 'address', address: socket.address });
}

export interface OpenLinkDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly line: Line;
  readonly collectorVersion: string;
  readonly book: Book;
  readonly clones: ReturnType<typeof createCloneWatch>;
  readonly takeovers: ReturnType<typeof createTakeoverWatch>;
  readonly budgets: GuestBudgets;
  readonly events: GuestLinkEvents;
  rename(guest: Pick<ConnectedGuest, 'id' | 'name'>): void;
  asOfNow(guest: ConnectedGuest): ConnectedGuest;
}

/** One socket, from its first frame to its last: who is behind it gets a place in the book once it is let in. */
export function openLink(deps: OpenLinkDeps, socket: GuestSocket): SocketEvents {
  return new OpenLink(deps, socket).connection;
}

class OpenLink implements ConnectionDeps {
  readonly socket: GuestSocket;
  readonly connection: GuestConnection;
  readonly #deps: OpenLinkDeps;
  #link: Link | null = null;
  #challenged: Challenged | null = null;
  /** What one that does not stay said of its visits. */
  #visiting: Pick<Hello, 'starter' | 'nextVisitAt'> | null = null;

  constructor(deps: OpenLinkDeps, socket: GuestSocket) {
    this.#deps = deps;
    this.socket = socket;
    this.connection = new Connection(this);
  }

  get clock(): Clock {
    return this.#deps.clock;
  }

  get line(): Line {
    return this.#deps.line;
  }

  get log(): Log {
    return this.#deps.log;
  }

  tellEnd(why: Parameters<ConnectionDeps['tellEnd']>[0]): void {
    const { peer, address } = this.socket;
    const { budgets, log } = this.#deps;
    if (budgets.mayTell(address)) log.warn({ peer, guest: this.#link?.guest.name, ...why }, 'session closed');
  }

  async challenge(hello: Hello) {
    if (!(await this.#greets(hello))) return null;
    this.#challenged = await this.#deps.events.challenge({ hello, socket: this.socket });
    return this.#challenged.message;
  }

  async greet({ hello, version, credential }: Parameters<ConnectionDeps['greet']>[0]): Promise<FrameBudget | null> {
    // Who was challenged has stood at the door since then.
    if (credential === null && !(await this.#greets(hello))) return null;
    const challenged = this.#challenged;
    this.#challenged = null;
    const answered = credential === null || challenged === null ? null : { challenged, credential };
    const { socket, connection } = this;
    const mayStay = (why: string | null) => this.#mayStay(why);
    const found = await letIn({ ...this.#deps, socket, connection, mayStay }, { hello, socket, answered });
    return found === null ? null : this.#settle(found, { hello, version });
  }

  deliver(message: Delivered, frameBytes: number): void {
    const link = this.#link;
    if (link === null) return;
    const { place } = this.socket;
    if (!this.#mayStay(message.type === 'inventory' ? place.keeps(frameBytes) : place.waits(frameBytes))) return;
    const { events, asOfNow } = this.#deps;
    if (message.type === 'inventory') link.guest = { ...link.guest, ...this.#hearInventory(message, frameBytes) };
    else
      void events
        .said({ guest: asOfNow(link.guest), fail: () => this.#fail() }, message)
        .then(() => place.done(frameBytes));
  }

  /** It tells the guest's clock, too, by which the guest says when it comes again. */
  #hearInventory(message: Extract<Delivered, { type: 'inventory' }>, frameBytes: number) {
    const now = this.#deps.clock.now();
    const clockAheadMs = message.inventory.takenAt - now;
    const visits = this.#visiting === null ? null : toVisits({ ...this.#visiting, now, clockAheadMs });
    return { visits, inventory: toKept(message, frameBytes), inventoryAt: now };
  }

  heard(): void {
    const link = this.#link;
    if (link !== null) link.guest = { ...link.guest, lastHeardAt: this.#deps.clock.now() };
  }

  left(): void {
    const { book, events } = this.#deps;
    if (this.#link !== null && book.remove(this.#link)) events.disconnected(this.#link.guest);
    this.#link = null;
  }

  #fail(): void {
    this.connection.step({ kind: 'failed' });
  }

  async #greets(hello: Hello): Promise<boolean> {
    // It has left while it stood in line.
    if (this.connection.isClosed()) return false;
    const { socket } = this;
    const standing = toStanding(await this.#deps.events.recalls({ hello, socket }));
    return (
      !this.connection.isClosed() && this.#mayStay(socket.place.greets({ standing, uuid: hello.guest.productUuid }))
    );
  }

  #mayStay(why: string | null): boolean {
    if (why !== null) this.connection.step({ kind: 'no-place', reason: why });
    return !this.connection.isClosed();
  }

  #settle(found: LetIn, { hello, version }: { readonly hello: Hello; readonly version: number }): FrameBudget {
    const { clock, clones, takeovers, book, log, budgets, events, asOfNow, collectorVersion } = this.#deps;
    const { socket, connection } = this;
    if (found.proof === 'word') clones.greeted(found.identity, clock.monotonicMs());
    const bare = toConnected({ ...found, hello, wireVersion: version, lastHeardAt: clock.now() });
    const older = book.find(bare.id);
    if (older !== undefined) takeovers.took({ older: older.guest, newer: bare, nowMs: clock.monotonicMs() });
    const guest = asOfNow(bare);
    older?.connection.step({ kind: 'superseded' });
    const link: Link = { connection, socket, guest };
    this.#link = link;
    book.put(link);
    if (guest.visits !== null) this.#visiting = { starter: hello.starter, nextVisitAt: hello.nextVisitAt };
    if (guest.contested !== null) log.warn({ guest: guest.name, peer: socket.peer }, guest.contested);
    if (guest.takesTurns === true) log.warn({ guest: guest.name, peer: socket.peer }, TAKES_TURNS);
    connection.write({ type: 'welcome', version, collectorVersion, guest: guest.name });
    events.connected({ guest, fail: () => this.#fail() });
    return budgetOf(budgets, link);
  }
}

/** Ends the session of a link, if there is one. */
export function endLink(link: Link | undefined, refusal: Refusal): void {
  link?.connection.step({ kind: 'refused', ...refusal });
}
