import type { Budgets } from '../model/budgets.ts';
import type { Visitor } from '../ports/guest-door.ts';
import type { Greetings } from './greetings.ts';
import type { Places } from './places.ts';
import { WHY, type Why } from './turned-away.ts';

/**
 * Where a connection stands at the door: it has said no hello; it has begun to, and was not heard yet; it has, and the
 * host is being read for whose it is; it is a guest that this host knows, or one that it does not know.
 */
export type Rank = 'half-open' | 'in-line' | 'greeting' | 'known' | 'stranger';

/** One that has said hello. */
export type GreetedRank = Exclude<Rank, 'half-open' | 'in-line'>;

export type Ranks = Readonly<Record<Rank, Places<Visitor>>>;

/** Who asks for a place. */
export interface Asking {
  readonly visitor: Visitor;
  readonly uuid: string | null;
}

/** Is there a place for one that has said hello? Null when there is, or another has given its own up. */
export function createAdmission({
  budgets,
  ranks,
  greetings,
  sendAway,
}: {
  budgets: Budgets;
  ranks: Ranks;
  greetings: Greetings;
  sendAway: (visitor: Visitor, why: Why) => void;
}): (rank: GreetedRank, asking: Asking) => Why | null {
  const { greeting, known, stranger: strangers } = ranks;
  const areAllTaken = () => known.count() + strangers.count() + greeting.count() >= budgets.connections;

  function admitKnown({ visitor: { address }, uuid }: Asking): Why | null {
    if (known.isFullFor(address)) return WHY.guestsHere;
    const spent = greetings.spend({ standing: 'known', address, uuid });
    if (spent !== 'ok') return spent === 'of-guest' ? WHY.hastyGuest : WHY.hasty;
    if (!areAllTaken()) return null;
    const yielding = strangers.newestOfLargest() ?? greeting.newestOfLargest();
    if (yielding === null) return WHY.guests;
    sendAway(yielding, WHY.yields);
    return null;
  }

  /** It has a place among all already: nobody is called a stranger before the host was read for it. */
  function admitStranger({ visitor: { address }, uuid }: Asking): Why | null {
    if (strangers.isFullFor(address)) return WHY.strangersHere;
    if (greetings.spend({ standing: 'stranger', address, uuid }) !== 'ok') return WHY.hastyStrangers;
    return strangers.isFull() ? takeFromLarger({ places: strangers, address, why: WHY.strangers }) : null;
  }

  /** Until the host is read, it is not known for whom they would keep others out. */
  function admitGreeting({ visitor: { address } }: Asking): Why | null {
    if (greeting.isFullFor(address)) return WHY.greetingHere;
    if (areAllTaken()) return takeFromLarger({ places: greeting, address, why: WHY.guests });
    return greeting.isFull() ? takeFromLarger({ places: greeting, address, why: WHY.greeting }) : null;
  }

  function takeFromLarger(wanted: { places: Places<Visitor>; address: string; why: Why }): Why | null {
    const yielding = wanted.places.newestOfLarger(wanted.address);
    if (yielding === null) return wanted.why;
    sendAway(yielding, wanted.why);
    return null;
  }

  const admit = { known: admitKnown, stranger: admitStranger, greeting: admitGreeting };
  return (rank, asking) => admit[rank](asking);
}
