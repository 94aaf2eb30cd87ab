import type { Terminal } from '../ports/terminal.ts';

/** A Ctrl-C ended the command at once. */
export class Interrupted extends Error {}

/** Ctrl-C, as the commands see it. */
export interface Interrupts {
  /** Has there been one? Then whatever goes wrong ends with 130. */
  happened(): boolean;
  /** From now on each Ctrl-C calls this and nothing else, until the returned function gives it back. */
  take(call: () => void): () => void;
  /** Ends the command now; the sentence says what goes on without it. */
  leave(sentence: string): void;
  /** Rejects with `Interrupted` at the first Ctrl-C that nobody has taken, and at `leave`. */
  readonly left: Promise<never>;
  /** Ctrl-C is no longer listened to: it does what it does to any program. */
  stop(): void;
}

export function createInterrupts({ onInterrupt }: Pick<Terminal, 'onInterrupt'>): Interrupts {
  const { promise: left, reject } = Promise.withResolvers<never>();
  // It is awaited while a command runs. After that a rejection is of no interest, and must not count as unhandled.
  left.catch(() => {});
  let happened = false;
  let taken: (() => void) | null = null;
  const stop = onInterrupt(() => {
    happened = true;
    if (taken === null) reject(new Interrupted('interrupted'));
    else taken();
  });
  return {
    happened: () => happened,
    take(call) {
      taken = call;
      return () => {
        taken = null;
      };
    },
    leave: (sentence) => reject(new Interrupted(sentence)),
    left,
    stop,
  };
}
