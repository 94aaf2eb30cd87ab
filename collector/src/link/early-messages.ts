import type { Delivered } from './session.ts';

/** What arrives while a guest is being greeted waits, so that nothing overtakes the welcome. */
export function createEarlyMessages(deliver: (message: Delivered, frameBytes: number) => void) {
  let early: { readonly message: Delivered; readonly frameBytes: number }[] | null = null;

  return {
    take(message: Delivered, frameBytes: number): void {
      if (early === null) deliver(message, frameBytes);
      else early.push({ message, frameBytes });
    },
    hold(): void {
      early = [];
    },
    release(): void {
      const waiting = early ?? [];
      early = null;
      for (const each of waiting) deliver(each.message, each.frameBytes);
    },
  };
}
