import type { Budgets } from '../model/budgets.ts';
import type { Clock } from '../ports/clock.ts';
import type { GuestDoor, Visitor } from '../ports/guest-door.ts';
import type { Log } from '../ports/log.ts';
import { createAdmission, type Ranks } from './admission.ts';
import { createGreetings } from './greetings.ts';
import { createKeptBytes } from './kept-bytes.ts';
import { type DoorOfPlaces, PlaceAtDoor, type Pool } from './place-at-door.ts';
import { createPlaces } from './places.ts';
import { createQuietLog } from './quiet-log.ts';
import { createTurnedAway, WHY, type Why } from './turned-away.ts';

/**
 * Who may connect. A connection that says nothing gives way to a newer one, so that those who hold many keep nobody
 * out. A guest that a source of this host tells of finds a place as long as one of these guests could leave: strangers
 * have their own, and give them up. Who is turned away is told why, and the log once a minute.
 */
export function createDoor({ budgets, clock, log }: { budgets: Budgets; clock: Clock; log: Log }): GuestDoor {
  const waiting = { inAll: budgets.halfOpen, perAddress: budgets.halfOpenPerAddress };
  const ranks: Ranks = {
    'half-open': createPlaces<Visitor>(waiting),
    'in-line': createPlaces<Visitor>({ inAll: budgets.connections, perAddress: budgets.connectionsPerAddress }),
    greeting: createPlaces<Visitor>(waiting),
    known: createPlaces<Visitor>({ inAll: budgets.connections, perAddress: budgets.connectionsPerAddress }),
    stranger: createPlaces<Visitor>({ inAll: budgets.strangers, perAddress: budgets.strangersPerAddress }),
  };
  const toPool = (mostBytes: number): Pool => ({ inventories: createKeptBytes<Visitor>(mostBytes), waitingBytes: 0 });
  const pools = { known: toPool(budgets.inventories), stranger: toPool(budgets.strangerInventories) };
  const turnedAway = createTurnedAway(clock);
  const warn = createQuietLog({ clock, log });

  function tell({ address }: Visitor, why: Why): string {
    const { sentence, setting } = why;
    turnedAway.note({ address, why });
    warn(address, { fields: { address, reason: sentence, setting }, message: 'agents are turned away' });
    return sentence;
  }

  function sendAway(taker: Visitor | null, why: Why): void {
    if (taker === null) return;
    for (const places of Object.values(ranks)) places.remove(taker);
    taker.leave(tell(taker, why));
  }

  const admit = createAdmission({ budgets, ranks, sendAway, greetings: createGreetings({ budgets, clock }) });

  function admitHalfOpen(taker: Visitor): void {
    const halfOpen = ranks['half-open'];
    if (halfOpen.isFullFor(taker.address)) sendAway(halfOpen.oldestOf(taker.address), WHY.halfOpenHere);
    if (halfOpen.isFull()) sendAway(halfOpen.oldestOfLargest(), WHY.halfOpen);
    halfOpen.add(taker);
  }

  /** They come for the places that are left. */
  function mayLineUp({ address }: Visitor): boolean {
    const { 'half-open': _, ...taking } = ranks;
    const taken = Object.values(taking).reduce((sum, places) => sum + places.count(), 0);
    return taken < budgets.connections && !ranks['in-line'].isFullFor(address);
  }

  const door: DoorOfPlaces = { ranks, pools, admitHalfOpen, mayLineUp, admit, tell, sendAway };

  return {
    enter(visitor) {
      const taker = new PlaceAtDoor(door, visitor);
      admitHalfOpen(taker);
      return taker;
    },
    findings: turnedAway.findings,
  };
}
