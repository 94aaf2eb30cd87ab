import { createFrameBudget, type FrameBudget, spendFrame } from './frame-budget.ts';

/** What may come before the welcome, for which an agent of ours waits: nobody knows yet who speaks. */
export const EARLY_LIMIT_BYTES = 16 * 1024;

/** What one connection may send: little before the welcome, and then what is left to its guest. */
export class Allowance {
  #budget: FrameBudget;
  #isWelcome = false;
  #earlyBytes = 0;

  constructor(openedMs: number) {
    this.#budget = createFrameBudget(openedMs);
  }

  spend(frame: { readonly nowMs: number; readonly frameBytes: number }): boolean {
    if (!this.#isWelcome) this.#earlyBytes += frame.frameBytes;
    return this.#earlyBytes <= EARLY_LIMIT_BYTES && spendFrame(this.#budget, frame);
  }

  /** It is known anew who speaks. */
  goOnWith(own: FrameBudget): void {
    if (this.#isWelcome) this.#budget = own;
  }

  /** It is known who speaks; what came so far is its as well. False when that was too much. */
  welcome(own: FrameBudget, nowMs: number): boolean {
    const isEnough = spendFrame(own, { nowMs, frameBytes: this.#earlyBytes });
    [this.#budget, this.#isWelcome, this.#earlyBytes] = [own, true, 0];
    return isEnough;
  }
}
