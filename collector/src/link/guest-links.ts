import type { FromHost } from '@trimtab/protocol';
import type { GuestId } from '../model/guest-id.ts';
import type { Clock } from '../ports/clock.ts';
import type { OpenSocket } from '../ports/guest-socket.ts';
import type { Line } from '../ports/line.ts';
import type { Log } from '../ports/log.ts';
import { askForAnswer } from './ask-for-answer.ts';
import { createCloneWatch } from './clones.ts';
import type { ConnectedGuest } from './connected-guest.ts';
import { createGuestBudgets } from './guest-budgets.ts';
import { toStanding } from './let-in.ts';
import { createLinkBook } from './link-book.ts';
import type { GuestLinkEvents } from './link-events.ts';
import {
  type Book,
  budgetOf,
  endLink,
  type GuestBudgets,
  type Link,
  type OpenLinkDeps,
  openLink,
} from './open-link.ts';
import type { Refusal } from './session.ts';
import { createTakeoverWatch } from './takeovers.ts';

export { type ConnectedGuest, type GuestProof, insideOf } from './connected-guest.ts';
export type {
  Admitted,
  Arriving,
  Challenged,
  Greeting,
  GuestLinkEvents,
  GuestSession,
  Meeting,
  RecognisedGuest,
  Recognition,
  Refused,
} from './link-events.ts';

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
  /** The same, for a reason that the guest is told. */
  end(id: GuestId, refusal: Refusal): void;
  /** Is somebody still there at the other end? It is pinged; false where it is not connected, or not heard in time. */
  answers(id: GuestId, limitMs: number): Promise<boolean>;
}

export interface GuestLinksDeps {
  readonly clock: Clock;
  readonly log: Log;
  readonly line: Line;
  readonly collectorVersion: string;
  readonly strangersPerAddress: number;
}

function createRename(book: Book) {
  return ({ id, name }: Pick<ConnectedGuest, 'id' | 'name'>): void => {
    const link = book.find(id);
    if (link !== undefined) link.guest = { ...link.guest, name };
  };
}

function createWeigh({ book, budgets }: { book: Book; budgets: GuestBudgets }) {
  function weigh(link: Link, isKnown: boolean): void {
    if (link.guest.isKnown === isKnown) return;
    link.guest = { ...link.guest, isKnown };
    const why = link.socket.place.stands(toStanding(isKnown));
    if (why === null) link.connection.goOnWith(budgetOf(budgets, link));
    else link.connection.step({ kind: 'no-place', reason: why });
  }

  return (isKnown: GuestLinkEvents['isKnown']): void => {
    for (const link of book.all()) weigh(link, link.guest.proof !== 'word' || isKnown(link.guest.identity));
  };
}

function createAsOfNow({ clones, takeovers, clock }: Pick<OpenLinkDeps, 'clones' | 'takeovers' | 'clock'>) {
  return (guest: ConnectedGuest): ConnectedGuest => {
    const nowMs = clock.monotonicMs();
    // Who has proven who it is, nobody else is taken for.
    const contested = guest.proof === 'word' ? clones.contested(guest.identity, nowMs) : null;
    const known = contested === guest.contested ? guest : { ...guest, contested };
    const takesTurns = takeovers.takesTurns(guest.id, nowMs);
    return takesTurns === (known.takesTurns ?? false) ? known : { ...known, takesTurns };
  };
}

function mapLink<Value>(link: Link | undefined, map: (link: Link) => Value): Value | null {
  return link === undefined ? null : map(link);
}

/** The guests that are connected, one link a guest: a newer one takes the place of the older. */
export function createGuestLinks(deps: GuestLinksDeps): GuestLinks {
  const { clock } = deps;
  const book = createLinkBook<Link>();
  const clones = createCloneWatch();
  const budgets = createGuestBudgets(deps);
  const rename = createRename(book);
  const takeovers = createTakeoverWatch();
  const asOfNow = createAsOfNow({ clones, takeovers, clock });
  const parts = { ...deps, book, clones, takeovers, budgets, rename, asOfNow };

  return {
    openTo: (events) => (socket) => openLink({ ...parts, events }, socket),
    guests: () => book.all().map(({ guest }) => asOfNow(guest)),
    saying: (words) => book.saying(words).map(({ guest }) => asOfNow(guest)),
    find: (id) => mapLink(book.find(id), ({ guest }) => asOfNow(guest)),
    isConnected: (id) => book.find(id) !== undefined,
    weigh: createWeigh({ book, budgets }),
    rename,
    sendAway: (id) => book.find(id)?.connection.step({ kind: 'failed' }),
    end: (id, refusal) => endLink(book.find(id), refusal),
    async answers(id, limitMs) {
      const link = book.find(id);
      return link !== undefined && askForAnswer({ clock, limitMs, connection: link.connection });
    },
    send(id, message) {
      const link = book.find(id);
      if (link === undefined) return false;
      if (message.type === 'prove') link.connection.step({ kind: 'asked-proof', proofId: message.proofId });
      return link.connection.write(message);
    },
  };
}
