import type { Budgets } from '../model/budgets.ts';
import type { Clock } from '../ports/clock.ts';
import type { GuestDoor, Place, Standing, Visitor } from '../ports/guest-door.ts';
import type { Log } from '../ports/log.ts';
import { toAddressBlock } from './address-block.ts';
import { createGreetings } from './greetings.ts';
import { createKeptBytes } from './kept-bytes.ts';
import { createPlaces } from './places.ts';
import { createQuietLog } from './quiet-log.ts';

type Taker = Visitor;

/** Each with the setting that moves the bound. */
const WHY = {
  halfOpen: { sentence: 'too many connections have said no hello', setting: 'half-open' },
  halfOpenHere: { sentence: 'too many connections from here have said no hello', setting: 'half-open-per-address' },
  strangers: { sentence: 'too many guests that this host does not know', setting: 'strangers' },
  strangersHere: {
    sentence: 'too many guests from here that this host does not know',
    setting: 'strangers-per-address',
  },
  yields: { sentence: 'its place went to a guest that this host knows', setting: 'connections' },
  guests: { sentence: 'too many guests are connected', setting: 'connections' },
  guestsHere: { sentence: 'too many guests are connected from here', setting: 'connections-per-address' },
  hasty: { sentence: 'too many greetings from here in a minute', setting: 'connections-per-address' },
  hastyStrangers: {
    sentence: 'too many greetings of guests that this host does not know in a minute',
    setting: 'strangers',
  },
  inventories: { sentence: 'the inventories of all guests are too large together', setting: 'inventories' },
  strangersInventories: {
    sentence: 'the inventories of guests that this host does not know are too large together',
    setting: 'stranger-inventories',
  },
} as const;

type Why = (typeof WHY)[keyof typeof WHY];

/**
 * Who may connect. A connection that says nothing gives way to a newer one, so that those who hold many keep nobody
 * out. A guest that a source of this host tells of finds a place as long as one of these guests could leave: strangers
 * have their own, and give them up. Who is turned away is told why, and the log once a minute.
 */
export function createDoor({ budgets, clock, log }: { budgets: Budgets; clock: Clock; log: Log }): GuestDoor {
  const halfOpen = createPlaces<Taker>({ inAll: budgets.halfOpen, perAddress: budgets.halfOpenPerAddress });
  const known = createPlaces<Taker>({ inAll: budgets.connections, perAddress: budgets.connectionsPerAddress });
  const strangers = createPlaces<Taker>({ inAll: budgets.strangers, perAddress: budgets.strangersPerAddress });
  const greetings = createGreetings({ budgets, clock });
  const inventories = {
    known: createKeptBytes<Taker>(budgets.inventories),
    stranger: createKeptBytes<Taker>(budgets.strangerInventories),
  };
  const warn = createQuietLog({ clock, log });

  function tell({ address }: Taker, { sentence, setting }: Why): string {
    warn(address, { fields: { address, reason: sentence, setting }, message: 'agents are turned away' });
    return sentence;
  }

  function sendAway(taker: Taker | null, why: Why): void {
    if (taker === null) return;
    for (const places of [halfOpen, known, strangers]) places.remove(taker);
    taker.leave(tell(taker, why));
  }

  function admitKnown(taker: Taker): Why | null {
    if (known.isFullFor(taker.address)) return WHY.guestsHere;
    if (!greetings.spend({ standing: 'known', address: taker.address })) return WHY.hasty;
    if (known.count() + strangers.count() < budgets.connections) return null;
    const yielding = strangers.newestOfLargest();
    if (yielding === null) return WHY.guests;
    sendAway(yielding, WHY.yields);
    return null;
  }

  function admitStranger({ address }: Taker): Why | null {
    if (known.count() + strangers.count() >= budgets.connections) return WHY.guests;
    if (strangers.isFullFor(address)) return WHY.strangersHere;
    if (!greetings.spend({ standing: 'stranger', address })) return WHY.hastyStrangers;
    if (!strangers.isFull()) return null;
    const yielding = strangers.newestOfLarger(address);
    if (yielding === null) return WHY.strangers;
    sendAway(yielding, WHY.strangers);
    return null;
  }

  return {
    enter(visitor) {
      const taker: Taker = { address: toAddressBlock(visitor.address), leave: visitor.leave };
      if (halfOpen.isFullFor(taker.address)) sendAway(halfOpen.oldestOf(taker.address), WHY.halfOpenHere);
      if (halfOpen.isFull()) sendAway(halfOpen.oldestOfLargest(), WHY.halfOpen);
      halfOpen.add(taker);
      let standing: Standing | null = null;
      const place: Place = {
        greeted(who) {
          const why = who === 'known' ? admitKnown(taker) : admitStranger(taker);
          if (why !== null) return tell(taker, why);
          standing = who;
          halfOpen.remove(taker);
          (who === 'known' ? known : strangers).add(taker);
          return null;
        },
        keeps(inventoryBytes) {
          if (standing === null) return null;
          const why = standing === 'known' ? WHY.inventories : WHY.strangersInventories;
          const leaving = inventories[standing].keep(taker, inventoryBytes);
          if (leaving === taker) return tell(taker, why);
          sendAway(leaving, why);
          return null;
        },
        free() {
          for (const places of [halfOpen, known, strangers]) places.remove(taker);
          for (const kept of [inventories.known, inventories.stranger]) kept.drop(taker);
        },
      };
      return place;
    },
  };
}
