export interface Clock {
  /** UTC, milliseconds since 1970. */
  now(): number;
  /** Milliseconds since some moment; never goes back. */
  monotonicMs(): number;
  /** Calls once after the delay, and after all that has come until then; the returned function takes it back. The timer does not keep the process alive. */
  after(delayMs: number, call: () => void): () => void;
}
