import type { Budgets } from '../model/budgets.ts';
import type { Standing, Visitor } from '../ports/guest-door.ts';
import type { Greetings } from './greetings.ts';
import type { Places } from './places.ts';
import { WHY, type Why } from './turned-away.ts';

/** Is there a place for a guest that has said hello? Null when there is, or another has given its own up. */
export function createAdmission({
  budgets,
  known,
  strangers,
  greetings,
  sendAway,
}: {
  budgets: Budgets;
  known: Places<Visitor>;
  strangers: Places<Visitor>;
  greetings: Greetings;
  sendAway: (visitor: Visitor, why: Why) => void;
}): (standing: Standing, visitor: Visitor) => Why | null {
  const areAllTaken = () => known.count() + strangers.count() >= budgets.connections;

  function admitKnown({ address }: Visitor): Why | null {
    if (known.isFullFor(address)) return WHY.guestsHere;
    if (!greetings.spend({ standing: 'known', address })) return WHY.hasty;
    if (!areAllTaken()) return null;
    const yielding = strangers.newestOfLargest();
    if (yielding === null) return WHY.guests;
    sendAway(yielding, WHY.yields);
    return null;
  }

  function admitStranger({ address }: Visitor): Why | null {
    if (areAllTaken()) return WHY.guests;
    if (strangers.isFullFor(address)) return WHY.strangersHere;
    if (!greetings.spend({ standing: 'stranger', address })) return WHY.hastyStrangers;
    if (!strangers.isFull()) return null;
    const yielding = strangers.newestOfLarger(address);
    if (yielding === null) return WHY.strangers;
    sendAway(yielding, WHY.strangers);
    return null;
  }

  return (standing, visitor) => (standing === 'known' ? admitKnown(visitor) : admitStranger(visitor));
}
