import type { Bound, PageCut } from './cut-page.ts';
import { type BoundGuest, isOverSum, keepBounds } from './keep-bounds.ts';
import { findOwner } from './owner.ts';
import type { HostRows } from './tables.ts';

/** What was let go until the history was within its bounds again. */
export interface CutHistory {
  readonly trims: ReadonlyMap<Bound, number>;
  readonly guests: number;
}

export interface Cutter {
  /** The history is over a bound, or this guest has too much of it. */
  wake(guestId: string | null): void;
  /** Resolves once nothing is under way any more. */
  stop(): Promise<void>;
}

/**
 * Brings a history that is far over its bounds within them, as after an upgrade or where the bound was set lower: in
 * pages, each a transaction of its own, between which others have their turn. Then the space is given back.
 */
export function createCutter({
  rows,
  mostBytes,
  shrink,
  pause,
  onCut,
  onFailed,
}: {
  readonly rows: HostRows;
  readonly mostBytes: number;
  /** Gives some of what is no longer used back to the filesystem; true while there is more. */
  readonly shrink: () => Promise<boolean>;
  /** Lets others have their turn. */
  readonly pause: () => Promise<void>;
  readonly onCut: (cut: CutHistory) => void;
  readonly onFailed: (error: unknown) => void;
}): Cutter {
  const guests = new Set<string>();
  let running: Promise<void> | null = null;
  let isStopped = false;

  async function cutAll(told: Tally): Promise<void> {
    while (!isStopped) {
      const [guestId = null] = guests;
      // Asked without a transaction: at most starts there is nothing to do.
      if (guestId === null && !(await isOverSum(rows, mostBytes))) return;
      const cuts = await rows.db
        .transaction()
        .execute((transaction) => cutOnce({ db: transaction, hostId: rows.hostId }, { guestId, mostBytes }));
      cuts.forEach(told.add);
      if (guestId !== null && !cuts.some(({ bound, isFull }) => bound === 'guest' && isFull)) guests.delete(guestId);
      if (guests.size === 0 && !cuts.some(({ isFull }) => isFull)) return;
      await pause();
    }
  }

  async function run(): Promise<void> {
    const told = createTally();
    try {
      do {
        await cutAll(told);
        while (!isStopped && (await shrink())) await pause();
      } while (guests.size > 0 && !isStopped);
    } catch (error) {
      guests.clear();
      onFailed(error);
    }
    const cut = told.sum();
    if (cut.guests > 0) onCut(cut);
  }

  return {
    wake(guestId) {
      if (isStopped) return;
      if (guestId !== null) guests.add(guestId);
      running ??= run().finally(() => {
        running = null;
      });
    },
    async stop() {
      isStopped = true;
      await running;
    },
  };
}

async function cutOnce(
  rows: HostRows,
  { guestId, mostBytes }: { guestId: string | null; mostBytes: number },
): Promise<readonly PageCut[]> {
  const { db, hostId } = rows;
  // The one that was stored last was acknowledged just now.
  const { newest } = await db
    .selectFrom('trim')
    .select(({ fn }) => fn.max<number | null>('number').as('newest'))
    .where('host_id', '=', hostId)
    .executeTakeFirstOrThrow();
  if (newest === null) return [];
  return keepBounds(rows, { guest: await findBoundGuest(rows, guestId), spared: newest, mostBytes });
}

async function findBoundGuest(rows: HostRows, id: string | null): Promise<BoundGuest | null> {
  const owner = id === null ? null : await findOwner(rows, id);
  return id === null || owner === null ? null : { id, isStranger: owner.isStranger };
}

type Tally = ReturnType<typeof createTally>;

function createTally() {
  const trims = new Map<Bound, number>();
  const guests = new Set<string>();
  return {
    add({ bound, guestIds }: PageCut): void {
      for (const id of guestIds) guests.add(id);
      if (guestIds.length > 0) trims.set(bound, (trims.get(bound) ?? 0) + guestIds.length);
    },
    sum: (): CutHistory => ({ trims, guests: guests.size }),
  };
}
