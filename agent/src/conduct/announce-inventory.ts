import type { FromGuest, GuestFacts, Inventory } from '@trimtab/protocol';
import { toCause } from '@trimtab/protocol/shared';
import type { Clock } from '../ports/clock.ts';
import type { ReadGuestFacts } from '../ports/guest-facts.ts';
import type { Log } from '../ports/log.ts';

/** How often the agent looks for disks and mounts that came or went. A look takes some milliseconds. */
const EVERY_MS = 5 * 60_000;

export interface Announcer {
  /** The inventory as it is now; the collector has it before this resolves, if it is there. */
  announce(): Promise<Inventory>;
  /** Resolves once the inventory went out; it goes again when it is known what the guest is. */
  linkUp(): Promise<void>;
  linkDown(): void;
}

/** Keeps the collector's picture of this guest true: after each welcome, when it changes, and before each trim. */
export function createAnnouncer({
  takeInventory,
  readFacts,
  bootId,
  say,
  clock,
  log,
}: {
  takeInventory: (call: { now: number; facts: GuestFacts | null }) => Promise<Inventory>;
  readFacts: ReadGuestFacts;
  bootId: string | null;
  say: (message: FromGuest) => void;
  clock: Clock;
  log: Log;
}): Announcer {
  let up = false;
  let facts: GuestFacts | null = null;
  /** What the collector was last told on this connection, without the time. */
  let told: string | null = null;
  let takeBack = () => {};

  return {
    announce,
    async linkUp() {
      up = true;
      told = null;
      await announce();
      again();
      if (facts === null) void announceFacts();
    },
    linkDown() {
      up = false;
      takeBack();
    },
  };

  async function announce(): Promise<Inventory> {
    const inventory = await takeInventory({ now: clock.now(), facts });
    const text = JSON.stringify({ ...inventory, takenAt: 0 });
    if (up && text !== told) {
      say({ type: 'inventory', inventory });
      told = text;
    }
    return inventory;
  }

  function again(): void {
    takeBack();
    if (!up) return;
    takeBack = clock.after(EVERY_MS, () => {
      void announce()
        .catch((error) => log.error(`cannot take the inventory: ${toCause(error)}`))
        .then(again);
    });
  }

  async function announceFacts(): Promise<void> {
    try {
      facts = await readFacts({ bootId });
      if (facts !== null) await announce();
    } catch (error) {
      log.warn(`cannot find out what this guest is: ${toCause(error)}`);
    }
  }
}
