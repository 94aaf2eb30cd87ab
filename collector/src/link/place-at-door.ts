import type { Place, Standing, Visitor } from '../ports/guest-door.ts';
import { toAddressBlock } from './address-block.ts';
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

/** The door as its places know it. */
export interface DoorOfPlaces {
  readonly ranks: Ranks;
  readonly pools: Readonly<Record<Standing, Pool>>;
  /** It has said no hello: those in its way leave. */
  admitHalfOpen(visitor: Visitor): void;
  /** Is there room for one more in line? */
  mayLineUp(visitor: Visitor): boolean;
  admit(rank: GreetedRank, asking: Asking): Why | null;
  /** Turns this one away: the sentence for it. */
  tell(visitor: Visitor, why: Why): string;
  sendAway(visitor: Visitor, why: Why): void;
}

/** The place of one connection, from its first packet to its last. */
export class PlaceAtDoor implements Place, Visitor {
  readonly address: string;
  readonly #door: DoorOfPlaces;
  readonly #visitor: Visitor;
  #rank: Rank = 'half-open';
  #uuid: string | null = null;
  #inventoryBytes = 0;
  #waitingBytes = 0;

  constructor(door: DoorOfPlaces, visitor: Visitor) {
    this.address = toAddressBlock(visitor.address);
    this.#door = door;
    this.#visitor = visitor;
  }

  leave(reason: string): void {
    this.#visitor.leave(reason);
  }

  linesUp(): void {
    const { ranks, mayLineUp } = this.#door;
    if (this.#rank !== 'half-open' || !mayLineUp(this)) return;
    ranks[this.#rank].remove(this);
    this.#rank = 'in-line';
    ranks[this.#rank].add(this);
  }

  comesUp(): void {
    const { ranks, admitHalfOpen } = this.#door;
    if (this.#rank !== 'in-line') return;
    ranks[this.#rank].remove(this);
    this.#rank = 'half-open';
    admitHalfOpen(this);
  }

  greets(greeting: { readonly standing: Standing; readonly uuid: string | null }): string | null {
    this.#uuid = greeting.uuid;
    return this.#moveTo(greeting.standing === 'known' ? 'known' : 'greeting');
  }

  stands(standing: Standing): string | null {
    return this.#moveTo(standing);
  }

  keeps(inventoryBytes: number): string | null {
    const now = this.#standing();
    if (now === null) return null;
    this.#inventoryBytes = inventoryBytes;
    const why = this.#keep(now);
    return why === null ? null : this.#door.tell(this, why);
  }

  waits(messageBytes: number): string | null {
    const now = this.#standing();
    if (now === null) return null;
    const pool = this.#door.pools[now];
    if (pool.waitingBytes + messageBytes > WAITING_BYTES[now]) return this.#door.tell(this, WHY.waiting);
    pool.waitingBytes += messageBytes;
    this.#waitingBytes += messageBytes;
    return null;
  }

  done(messageBytes: number): void {
    const now = this.#standing();
    if (now === null) return;
    this.#door.pools[now].waitingBytes -= messageBytes;
    this.#waitingBytes -= messageBytes;
  }

  free(): void {
    const { ranks, pools } = this.#door;
    for (const places of Object.values(ranks)) places.remove(this);
    for (const { inventories } of Object.values(pools)) inventories.drop(this);
  }

  #standing(): Standing | null {
    return this.#rank === 'known' || this.#rank === 'stranger' ? this.#rank : null;
  }

  #moveTo(next: GreetedRank): string | null {
    if (this.#rank === next) return null;
    const { ranks, admit, tell } = this.#door;
    ranks[this.#rank].remove(this);
    const why = admit(next, { visitor: this, uuid: this.#uuid });
    if (why !== null) return tell(this, why);
    ranks[next].add(this);
    const before = this.#standing();
    this.#rank = next;
    const now = this.#standing();
    const surplus = before === null || now === null ? null : this.#carry({ from: before, to: now });
    return surplus === null ? null : tell(this, surplus);
  }

  /** What it has goes with it. */
  #carry({ from, to }: { from: Standing; to: Standing }): Why | null {
    const { pools } = this.#door;
    pools[from].waitingBytes -= this.#waitingBytes;
    pools[to].waitingBytes += this.#waitingBytes;
    pools[from].inventories.drop(this);
    return this.#inventoryBytes === 0 ? null : this.#keep(to);
  }

  #keep(as: Standing): Why | null {
    const leaving = this.#door.pools[as].inventories.keep(this, this.#inventoryBytes);
    const why = as === 'known' ? WHY.inventories : WHY.strangersInventories;
    if (leaving === this) return why;
    if (leaving !== null) this.#door.sendAway(leaving, why);
    return null;
  }
}
