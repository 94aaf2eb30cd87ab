import type { Hello } from '@trimtab/protocol';
import { toVisits } from '../model/visits.ts';
import type { Clock } from '../ports/clock.ts';
import type { GuestSocket, SocketEvents } from '../ports/guest-socket.ts';
import type { Log } from '../ports/log.ts';
import type { createCloneWatch } from './clones.ts';
import { toKept } from './compact.ts';
import { type ConnectedGuest, toConnected } from './connected-guest.ts';
import type { GuestConnection } from './connection.ts';
import type { FrameBudget } from './frame-budget.ts';
import type { createGuestBudgets } from './guest-budgets.ts';
import { openConnection } from './guest-connection.ts';
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
  const { clock, book, budgets, events } = deps;
  const { place } = socket;
  let link: Link | null = null;
  /** What one that does not stay said of its visits. */
  let visiting: Pick<Hello, 'starter' | 'nextVisitAt'> | null = null;
  let challenged: Challenged | null = null;
  const fail = () => connection.step({ kind: 'failed' });
  const greets = async (hello: Hello) => {
    const standing = toStanding(await events.recalls({ hello, socket }));
    return !connection.isClosed() && mayStay(place.greets({ standing, uuid: hello.guest.productUuid }));
  };

  function mayStay(why: string | null): boolean {
    if (why !== null) connection.step({ kind: 'no-place', reason: why });
    return !connection.isClosed();
  }

  const connection = openConnection({
    socket,
    clock,
    log: deps.log,
    tellEnd(why) {
      const { peer, address } = socket;
      if (budgets.mayTell(address)) deps.log.warn({ peer, guest: link?.guest.name, ...why }, 'session closed');
    },
    async challenge(hello) {
      if (!(await greets(hello))) return null;
      challenged = await events.challenge({ hello, socket });
      return challenged.message;
    },
    async greet({ hello, version, credential }) {
      // Who was challenged has stood at the door since then.
      if (credential === null && !(await greets(hello))) return null;
      const answered = credential === null || challenged === null ? null : { challenged, credential };
      const found = await letIn({ ...deps, socket, connection, mayStay }, { hello, socket, answered });
      return found === null ? null : settle(found, { hello, version });
    },
    deliver(message, frameBytes) {
      if (link !== null) deliver(link, message, frameBytes);
    },
    heard() {
      if (link !== null) link.guest = { ...link.guest, lastHeardAt: clock.now() };
    },
    left() {
      if (link !== null && book.remove(link)) events.disconnected(link.guest);
      link = null;
    },
  });

  function settle(found: LetIn, { hello, version }: { readonly hello: Hello; readonly version: number }): FrameBudget {
    if (found.proof === 'word') deps.clones.greeted(found.identity, clock.monotonicMs());
    const bare = toConnected({ ...found, hello, wireVersion: version, lastHeardAt: clock.now() });
    const older = book.find(bare.id);
    if (older !== undefined) deps.takeovers.took({ older: older.guest, newer: bare, nowMs: clock.monotonicMs() });
    const guest = deps.asOfNow(bare);
    older?.connection.step({ kind: 'superseded' });
    link = { connection, socket, guest };
    book.put(link);
    visiting = guest.visits === null ? null : { starter: hello.starter, nextVisitAt: hello.nextVisitAt };
    if (guest.contested !== null) deps.log.warn({ guest: guest.name, peer: socket.peer }, guest.contested);
    if (guest.takesTurns === true) deps.log.warn({ guest: guest.name, peer: socket.peer }, TAKES_TURNS);
    connection.write({ type: 'welcome', version, collectorVersion: deps.collectorVersion, guest: guest.name });
    events.connected({ guest, fail });
    return budgetOf(budgets, link);
  }

  function deliver(own: Link, message: Delivered, frameBytes: number): void {
    if (!mayStay(message.type === 'inventory' ? place.keeps(frameBytes) : place.waits(frameBytes))) return;
    if (message.type === 'inventory') own.guest = { ...own.guest, ...hearInventory(message, frameBytes) };
    else void events.said({ guest: deps.asOfNow(own.guest), fail }, message).then(() => place.done(frameBytes));
  }

  /** It tells the guest's clock, too, by which the guest says when it comes again. */
  function hearInventory(message: Extract<Delivered, { type: 'inventory' }>, frameBytes: number) {
    const now = clock.now();
    const clockAheadMs = message.inventory.takenAt - now;
    const visits = visiting === null ? null : toVisits({ ...visiting, now, clockAheadMs });
    return { visits, inventory: toKept(message, frameBytes), inventoryAt: now };
  }

  return connection.events;
}

/** Ends the session of a link, if there is one. */
export function endLink(link: Link | undefined, refusal: Refusal): void {
  link?.connection.step({ kind: 'refused', ...refusal });
}
