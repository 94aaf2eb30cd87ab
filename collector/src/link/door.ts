import type { Budgets } from '../model/budgets.ts';
import type { Clock } from '../ports/clock.ts';
import type { GuestDoor, Place, Standing, Visitor } from '../ports/guest-door.ts';
import type { Log } from '../ports/log.ts';
import { toAddressBlock } from './address-block.ts';
import { createAdmission } from './admission.ts';
import { createGreetings } from './greetings.ts';
import { createKeptBytes } from './kept-bytes.ts';
import { createPlaces } from './places.ts';
import { createQuietLog } from './quiet-log.ts';
import { WHY, type Why } from './turned-away.ts';

/**
 * Messages that wait to be dealt with, of all known guests and of all strangers: a report waits until the host's
 * numbers have come to rest.
 */
export const WAITING_BYTES: Readonly<Record<Standing, number>> = { known: 64 * 1024 ** 2, stranger: 8 * 1024 ** 2 };

/**
 * Who may connect. A connection that says nothing gives way to a newer one, so that those who hold many keep nobody
 * out. A guest that a source of this host tells of finds a place as long as one of these guests could leave: strangers
 * have their own, and give them up. Who is turned away is told why, and the log once a minute.
 */
export function createDoor({ budgets, clock, log }: { budgets: Budgets; clock: Clock; log: Log }): GuestDoor {
  const halfOpen = createPlaces<Visitor>({ inAll: budgets.halfOpen, perAddress: budgets.halfOpenPerAddress });
  const known = createPlaces<Visitor>({ inAll: budgets.connections, perAddress: budgets.connectionsPerAddress });
  const strangers = createPlaces<Visitor>({ inAll: budgets.strangers, perAddress: budgets.strangersPerAddress });
  const waiting = { known: 0, stranger: 0 };
  const inventories = {
    known: createKeptBytes<Visitor>(budgets.inventories),
    stranger: createKeptBytes<Visitor>(budgets.strangerInventories),
  };
  const warn = createQuietLog({ clock, log });

  function tell({ address }: Visitor, { sentence, setting }: Why): string {
    warn(address, { fields: { address, reason: sentence, setting }, message: 'agents are turned away' });
    return sentence;
  }

  function sendAway(taker: Visitor | null, why: Why): void {
    if (taker === null) return;
    for (const places of [halfOpen, known, strangers]) places.remove(taker);
    taker.leave(tell(taker, why));
  }

  const admit = createAdmission({
    budgets,
    known,
    strangers,
    sendAway,
    greetings: createGreetings({ budgets, clock }),
  });

  return {
    enter(visitor) {
      const taker: Visitor = { address: toAddressBlock(visitor.address), leave: visitor.leave };
      if (halfOpen.isFullFor(taker.address)) sendAway(halfOpen.oldestOf(taker.address), WHY.halfOpenHere);
      if (halfOpen.isFull()) sendAway(halfOpen.oldestOfLargest(), WHY.halfOpen);
      halfOpen.add(taker);
      let standing: Standing | null = null;
      const place: Place = {
        greeted(who) {
          const why = admit(who, taker);
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
        waits(messageBytes) {
          if (standing === null) return null;
          if (waiting[standing] + messageBytes > WAITING_BYTES[standing]) return tell(taker, WHY.waiting);
          waiting[standing] += messageBytes;
          return null;
        },
        done(messageBytes) {
          if (standing !== null) waiting[standing] -= messageBytes;
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
