/** What was made, in the order it was made; undone in the other. */
export interface CleanUp {
  /** Remembers how to undo something; once `run` was called it is undone at once. `what` is said when it cannot be undone. */
  add(what: string, undo: () => Promise<unknown>): void;
  /** Undoes everything, once; what fails is told and the rest goes on. */
  run(): Promise<void>;
}

export function createCleanUp(complain: (text: string) => void): CleanUp {
  const steps: { what: string; undo: () => Promise<unknown> }[] = [];
  let running: Promise<void> | null = null;
  let over = false;

  async function undoAll(): Promise<void> {
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      try {
        await step.undo();
      } catch (error) {
        complain(`could not clean up ${step.what}: ${error instanceof Error ? error.message : error}`);
      }
    }
  }

  return {
    add(what, undo) {
      steps.push({ what, undo });
      if (over) void undoAll();
    },
    run() {
      over = true;
      running ??= undoAll().finally(() => {
        running = null;
      });
      return running;
    },
  };
}
