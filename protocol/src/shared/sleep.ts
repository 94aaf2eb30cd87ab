/** Resolves after the delay, by a clock that a test may hold in hand. */
export function sleep(clock: { after(delayMs: number, call: () => void): unknown }, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}
