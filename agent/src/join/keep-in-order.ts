import type { JoinedChange } from '../model/joined.ts';

export interface KeptInOrder {
  keep(change: JoinedChange): Promise<void>;
  /** Resolves when nothing is being kept any more, also where something could not be. */
  idle(): Promise<void>;
}

/** One change after the other: each reads what the one before has written, and writes the same file. */
export function keepInOrder(keep: (change: JoinedChange) => Promise<void>): KeptInOrder {
  let last: Promise<void> = Promise.resolve();
  return {
    keep(change) {
      const kept = last.then(() => keep(change));
      last = kept.catch(() => {});
      return kept;
    },
    idle: () => last,
  };
}
