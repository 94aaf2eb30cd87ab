import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FileStatus } from '../ports/host-files.ts';
import { unpackStatuses } from './file-status.ts';
import { type Call, createLateCalls } from './late-calls.ts';

/** As many as a disk answers within any patience, and enough that the way to the thread costs little. */
export const PIECE = 256;

export interface StatusThread {
  /** One for each, in their order. Null while the thread waits for something that does not answer. */
  read(paths: readonly string[]): Promise<readonly (FileStatus | null)[] | null>;
}

interface Piece extends Call {
  end(packed: Float64Array | null): void;
}

/**
 * A thread of its own, which asks for one file after the other. To wake a thread of libuv for each takes ten times as
 * long as the stat itself. There is one, from the first time it is asked on, and what hangs takes it from everybody:
 * therefore only for what seldom hangs, and whoever got null asks for each in a turn of its own, which finds out.
 */
export function createStatusThread({ patienceMs }: { readonly patienceMs: number }): StatusThread {
  const calls = createLateCalls({ patienceMs });
  /** In the order of their answers; one that is late stays, for its answer may still come. */
  let pieces: Piece[] = [];
  let isStuck = false;
  let worker: Worker | null = null;

  function start(): Worker {
    const started = new Worker(new URL(`./status-thread-work${extname(import.meta.url)}`, import.meta.url), {
      resourceLimits: { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 },
    });
    started.on('message', (packed: Float64Array) => {
      pieces.shift()?.end(packed);
      if (pieces.length > 0) return;
      isStuck = false;
      started.unref();
    });
    // Its 'exit' follows.
    started.on('error', () => {});
    started.on('exit', () => {
      for (const piece of pieces) piece.end(null);
      pieces = [];
      isStuck = false;
      worker = null;
    });
    return started;
  }

  function ask(paths: readonly string[]): Promise<Float64Array | null> {
    if (isStuck) return Promise.resolve(null);
    worker ??= start();
    worker.ref();
    worker.postMessage(paths);
    return new Promise((resolve) => {
      const piece: Piece = {
        onStuck() {
          isStuck = true;
          for (const each of pieces) each.end(null);
        },
        end(packed) {
          calls.end(piece);
          resolve(packed);
        },
      };
      pieces.push(piece);
      calls.begin(piece);
    });
  }

  return {
    async read(paths) {
      const all: (FileStatus | null)[] = [];
      for (let at = 0; at < paths.length; at += PIECE) {
        const packed = await ask(paths.slice(at, at + PIECE));
        if (packed === null) return null;
        all.push(...unpackStatuses(packed));
      }
      return all;
    },
  };
}
