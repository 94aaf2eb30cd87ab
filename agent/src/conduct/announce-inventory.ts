import type { FromGuest, GuestFacts, Inventory } from '@trimtab/protocol';
import { toCause } from '@trimtab/protocol/shared';
import type { Clock } from '../ports/clock.ts';
import type { ReadGuestFacts } from '../ports/guest-facts.ts';
import type { Log } from '../ports/log.ts';

/**
 * How often a whole inventory is taken though no disk or mount came or went: sizes and limits change under the same
 * names.
 */
const INVENTORY_EVERY_MS = 5 * 60_000;

/**
 * A host that asks again within this time is told the last inventory, if no disk or mount came or went: a new one costs
 * the guest a few hundred reads.
 */
const INVENTORY_LEAST_MS = 1_000;

export interface Announcer {
  /** The inventory as it is now, for a trim; the collector has it before this resolves, if it is there. */
  announce(): Promise<Inventory>;
  /** What the collector was last told on this connection; null before that. */
  told(): Inventory | null;
  /** Resolves once the inventory went out; it goes again when it is known what the guest is. */
  linkUp(): Promise<void>;
  linkDown(): void;
  /** Resolves once the collector was told what the guest is, or that cannot be found out. */
  factsTold(): Promise<void>;
  /**
   * Tells the collector when a disk or a mount came or went. Called at each ping of the host, every 15 s: a timer of
   * its own would wake the agent once more.
   */
  pinged(): Promise<void>;
  /** The host sent `look`: it is told the inventory, also when nothing changed. */
  look(): Promise<void>;
}

/** Keeps the collector's picture of this guest true: after each welcome, when it changes, and before each trim. */
export function createAnnouncer({
  takeInventory,
  findUnreached,
  readMark,
  readFacts,
  bootId,
  say,
  clock,
  log,
}: {
  takeInventory: (call: { now: number; facts: GuestFacts | null }) => Promise<Inventory>;
  /**
   * Costs more than the inventory: only where the host asks, and before a trim. In between, what was found last stands.
   */
  findUnreached: (call: { inventory: Inventory; askedBy: 'host' | 'trim' }) => Promise<Inventory['unreached']>;
  /** A text that differs when a disk or a mount came or went. */
  readMark: () => string;
  readFacts: ReadGuestFacts;
  bootId: string | null;
  say: (message: FromGuest) => void;
  clock: Clock;
  log: Log;
}): Announcer {
  let up = false;
  let facts: GuestFacts | null = null;
  let telling: Promise<void> = Promise.resolve();
  let told: Inventory | null = null;
  let latest: Inventory | null = null;
  let unreached: Inventory['unreached'] = null;
  let mark: string | null = null;
  let takenMs = Number.NEGATIVE_INFINITY;

  return {
    announce: () => announce({ askedBy: 'trim' }),
    told: () => told,
    async linkUp() {
      up = true;
      told = null;
      await announce({ askedBy: null });
      if (facts === null) telling = announceFacts();
    },
    factsTold: () => telling,
    linkDown() {
      up = false;
      told = null;
    },
    async pinged() {
      if (!up) return;
      const isDue = clock.monotonicMs() - takenMs >= INVENTORY_EVERY_MS;
      if (isDue || readMark() !== mark) await announce({ askedBy: null });
    },
    async look() {
      if (!up) return;
      const isFresh = clock.monotonicMs() - takenMs < INVENTORY_LEAST_MS && readMark() === mark;
      if (!isFresh || latest?.unreached == null) await takeNew({ askedBy: 'host' });
      if (up && latest !== null) tell(latest);
    },
  };

  async function announce(call: Asking): Promise<Inventory> {
    const inventory = await takeNew(call);
    if (up && (told === null || toText(inventory) !== toText(told))) tell(inventory);
    return inventory;
  }

  async function takeNew({ askedBy }: Asking): Promise<Inventory> {
    // Before the inventory: what changes in between shows at the next ping.
    const seen = readMark();
    const bare = await takeInventory({ now: clock.now(), facts });
    if (askedBy !== null) unreached = await findUnreached({ inventory: bare, askedBy });
    const inventory = { ...bare, unreached };
    mark = seen;
    takenMs = clock.monotonicMs();
    latest = inventory;
    return inventory;
  }

  function tell(inventory: Inventory): void {
    say({ type: 'inventory', inventory });
    told = inventory;
  }

  async function announceFacts(): Promise<void> {
    try {
      facts = await readFacts({ bootId });
      if (facts !== null) await announce({ askedBy: null });
    } catch (error) {
      log.warn(`cannot find out what this guest is: ${toCause(error)}`);
    }
  }
}

/** For whom an inventory is taken; null where nobody asked. */
interface Asking {
  readonly askedBy: 'host' | 'trim' | null;
}

/** To compare two inventories by; the time they were taken at makes no difference. */
function toText(inventory: Inventory): string {
  return JSON.stringify({ ...inventory, takenAt: 0 });
}
