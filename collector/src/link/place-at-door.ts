import type { Place, Standing, Visitor } from '../ports/guest-door.ts';
import type { Asking, GreetedRank, Rank, Ranks } from './admission.ts';
import type { createKeptBytes } from './kept-bytes.ts';
import { WHY, type Why } from './turned-away.ts';

/**
 * Messages that wait to be dealt with, of all known guests and of all strangers: a report waits until the host's
 * numbers have come to rest.
 */
export const WAITING_BYTES: Readonly<Record<Standing, number>> = { known: 64 * 1024 ** 2, stranger: 8 * 1024 ** 2 };

/** What connections of one standing have together. */
export interface Pool {
  readonly inventories: ReturnType<typeof createKeptBytes<Visitor>>;
  waitingBytes: number;
}

/** The place of one connection, from its first packet to its last. */
export function createPlaceAtDoor({
  taker,
  ranks,
  pools,
  admitHalfOpen,
  mayLineUp,
  admit,
  tell,
  sendAway,
}: {
  taker: Visitor;
  ranks: Ranks;
  pools: Readonly<Record<Standing, Pool>>;
  /** It has said no hello: those in its way leave. */
  admitHalfOpen(visitor: Visitor): void;
  /** Is there room for one more in line? */
  mayLineUp(visitor: Visitor): boolean;
  admit(rank: GreetedRank, asking: Asking): Why | null;
  /** Turns this one away: the sentence for it. */
  tell(visitor: Visitor, why: Why): string;
  sendAway(visitor: Visitor, why: Why): void;
}): Place {
  let rank: Rank = 'half-open';
  let uuid: string | null = null;
  const own = { inventoryBytes: 0, waitingBytes: 0 };
  const standing = (): Standing | null => (rank === 'known' || rank === 'stranger' ? rank : null);

  function keep(as: Standing): Why | null {
    const leaving = pools[as].inventories.keep(taker, own.inventoryBytes);
    const why = as === 'known' ? WHY.inventories : WHY.strangersInventories;
    if (leaving === taker) return why;
    if (leaving !== null) sendAway(leaving, why);
    return null;
  }

  /** What it has goes with it. */
  function carry({ from, to }: { from: Standing; to: Standing }): Why | null {
    pools[from].waitingBytes -= own.waitingBytes;
    pools[to].waitingBytes += own.waitingBytes;
    pools[from].inventories.drop(taker);
    return own.inventoryBytes === 0 ? null : keep(to);
  }

  function moveTo(next: GreetedRank): string | null {
    if (rank === next) return null;
    ranks[rank].remove(taker);
    const why = admit(next, { visitor: taker, uuid });
    if (why !== null) return tell(taker, why);
    ranks[next].add(taker);
    const before = standing();
    rank = next;
    const now = standing();
    const surplus = before === null || now === null ? null : carry({ from: before, to: now });
    return surplus === null ? null : tell(taker, surplus);
  }

  return {
    linesUp() {
      if (rank !== 'half-open' || !mayLineUp(taker)) return;
      ranks[rank].remove(taker);
      rank = 'in-line';
      ranks[rank].add(taker);
    },
    comesUp() {
      if (rank !== 'in-line') return;
      ranks[rank].remove(taker);
      rank = 'half-open';
      admitHalfOpen(taker);
    },
    greets(greeting) {
      uuid = greeting.uuid;
      return moveTo(greeting.standing === 'known' ? 'known' : 'greeting');
    },
    stands: moveTo,
    keeps(inventoryBytes) {
      const now = standing();
      if (now === null) return null;
      own.inventoryBytes = inventoryBytes;
      const why = keep(now);
      return why === null ? null : tell(taker, why);
    },
    waits(messageBytes) {
      const now = standing();
      if (now === null) return null;
      if (pools[now].waitingBytes + messageBytes > WAITING_BYTES[now]) return tell(taker, WHY.waiting);
      pools[now].waitingBytes += messageBytes;
      own.waitingBytes += messageBytes;
      return null;
    },
    done(messageBytes) {
      const now = standing();
      if (now === null) return;
      pools[now].waitingBytes -= messageBytes;
      own.waitingBytes -= messageBytes;
    },
    free() {
      for (const places of Object.values(ranks)) places.remove(taker);
      for (const { inventories } of Object.values(pools)) inventories.drop(taker);
    },
  };
}
