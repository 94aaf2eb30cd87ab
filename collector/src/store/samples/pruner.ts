import type { HostRows } from '../tables.ts';
import { deleteSome, giveUp, type Kept } from './prune.ts';

export interface Pruner {
  /** There may be more than is kept. */
  wake(): void;
  /** Resolves once nothing is under way any more. */
  stop(): Promise<void>;
}

/** Lets what is no longer kept go, in parts, each a transaction of its own between which others have their turn. */
export function createPruner({
  change,
  kept,
  pause,
  onSeriesGone,
  onFailed,
}: {
  readonly change: <Value>(work: (inside: HostRows) => Promise<Value>) => Promise<Value>;
  readonly kept: Kept;
  readonly pause: () => Promise<void>;
  /** Some may be: those that were known are to be read anew. */
  readonly onSeriesGone: () => void;
  /** Called once, until it succeeds again. */
  readonly onFailed: (error: unknown) => void;
}): Pruner {
  let running: Promise<void> | null = null;
  let isWanted = false;
  let isStopped = false;
  let hasFailed = false;

  async function prune(): Promise<void> {
    while (!isStopped && (await change((inside) => giveUp(inside, { kept, onSeriesGone })))) await pause();
    while (!isStopped && (await change(deleteSome))) await pause();
  }

  async function run(): Promise<void> {
    try {
      while (isWanted && !isStopped) {
        isWanted = false;
        await prune();
        hasFailed = false;
      }
    } catch (error) {
      if (!hasFailed) onFailed(error);
      hasFailed = true;
    }
  }

  return {
    wake() {
      isWanted = true;
      running ??= run().finally(() => {
        running = null;
      });
    },
    async stop() {
      isStopped = true;
      await running;
    },
  };
}
