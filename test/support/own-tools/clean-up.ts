import { errorText } from './error-text.ts';

/** What was made, in the order it was made; undone in the other. */
export interface CleanUp {
  /**
   * Remembers how to undo something; once `run` was called it is undone at once. `what` is said when it cannot be
   * undone.
   */
  add(what: string, undo: () => Promise<unknown>): void;
  /**
   * Makes something and remembers how to undo it. A clean-up that begins meanwhile waits until it is made, and undoes
   * it too; once it is closed, nothing more is made: this throws then.
   */
  make<Made>(one: Undoable<Made>): Promise<Made>;
  /** From now on nothing more is made. */
  close(): void;
  /** Closes, and undoes everything, once; what fails is told and the rest goes on. */
  run(): Promise<void>;
}

export interface Undoable<Made> {
  readonly what: string;
  readonly make: () => Promise<Made>;
  readonly undo: (made: Made) => Promise<unknown>;
}

export function createCleanUp(complain: (text: string) => void): CleanUp {
  const steps: { what: string; undo: () => Promise<unknown> }[] = [];
  const underWay = new Set<Promise<unknown>>();
  let last: Promise<void> = Promise.resolve();
  let closed = false;
  let begun = false;

  async function undoAll(): Promise<void> {
    await Promise.allSettled(underWay);
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      try {
        await step.undo();
      } catch (error) {
        complain(`could not clean up ${step.what}: ${errorText(error)}`);
      }
    }
  }

  /** One after the other: what was made last is gone before that on which it stands. */
  function undoInTurn(): Promise<void> {
    last = last.then(undoAll);
    return last;
  }

  return {
    add(what, undo) {
      steps.push({ what, undo });
      if (begun) void undoInTurn();
    },
    async make({ what, make, undo }) {
      if (closed) throw new Error(`${what} is not made any more: everything is about to be cleaned up`);
      const making = make().then((made) => {
        steps.push({ what, undo: () => undo(made) });
        return made;
      });
      underWay.add(making);
      try {
        return await making;
      } finally {
        underWay.delete(making);
      }
    },
    close() {
      closed = true;
    },
    run() {
      closed = true;
      begun = true;
      return undoInTurn();
    },
  };
}
