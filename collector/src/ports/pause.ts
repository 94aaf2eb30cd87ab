/** Time as somebody at a terminal passes it: unlike a timer of `Clock`, a wait keeps the process alive. */
export interface Pause {
  /** Milliseconds since some moment; never goes back. */
  monotonicMs(): number;
  /** Resolves after the delay, or as soon as the signal is aborted. */
  wait(delayMs: number, signal?: AbortSignal): Promise<void>;
}
