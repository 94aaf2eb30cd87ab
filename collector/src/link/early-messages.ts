import type { Delivered } from './session.ts';

/** Where messages go. */
export interface Receiver {
  deliver(message: Delivered, frameBytes: number): void;
}

/** What arrives while a guest is being greeted waits, so that nothing overtakes the welcome. */
export class EarlyMessages {
  readonly #to: Receiver;
  #early: { readonly message: Delivered; readonly frameBytes: number }[] | null = null;

  constructor(to: Receiver) {
    this.#to = to;
  }

  take(message: Delivered, frameBytes: number): void {
    if (this.#early === null) this.#to.deliver(message, frameBytes);
    else this.#early.push({ message, frameBytes });
  }

  hold(): void {
    this.#early = [];
  }

  release(): void {
    const waiting = this.#early ?? [];
    this.#early = null;
    for (const each of waiting) this.#to.deliver(each.message, each.frameBytes);
  }
}
