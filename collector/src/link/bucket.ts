export interface Limit {
  readonly atOnce: number;
  readonly aSecond: number;
}

/** Tokens that are spent, and come back with time. */
export interface Bucket {
  spend(call: { readonly nowMs: number; readonly amount: number }): boolean;
  /** Nothing of it is spent: a new one would be the same. */
  isFull(nowMs: number): boolean;
}

export function createBucket(limit: Limit, openedMs: number): Bucket {
  return new Tokens(limit, openedMs);
}

/** A class, since each guest has four: closures would take 340 bytes each, and this takes 80. */
class Tokens implements Bucket {
  readonly #limit: Limit;
  #tokens: number;
  #filledMs: number;

  constructor(limit: Limit, openedMs: number) {
    this.#limit = limit;
    this.#tokens = limit.atOnce;
    this.#filledMs = openedMs;
  }

  #fill(nowMs: number): void {
    const { atOnce, aSecond } = this.#limit;
    this.#tokens = Math.min(atOnce, this.#tokens + ((nowMs - this.#filledMs) / 1000) * aSecond);
    this.#filledMs = nowMs;
  }

  spend({ nowMs, amount }: { readonly nowMs: number; readonly amount: number }): boolean {
    this.#fill(nowMs);
    if (this.#tokens < amount) return false;
    this.#tokens -= amount;
    return true;
  }

  isFull(nowMs: number): boolean {
    this.#fill(nowMs);
    return this.#tokens === this.#limit.atOnce;
  }
}
