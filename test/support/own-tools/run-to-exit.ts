import { setTimeout as delay } from 'node:timers/promises';
import { type CleanUp, createCleanUp } from './clean-up.ts';
import { errorText } from './error-text.ts';

/** What the work of a program is given. */
export interface Surroundings {
  /** Undone when the work is over, whatever ends it. */
  readonly cleanUp: CleanUp;
  /** Aborts with the first SIGINT, SIGTERM or SIGHUP. */
  readonly signal: AbortSignal;
}

/** The exit code of a shell for a program that a signal ended: 128 and the number of the signal. */
const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** A failure can be seen before the signal that caused it: a terminal sends Ctrl-C to every process of the group. */
const SIGNAL_MAY_FOLLOW_MS = 250;
/** For work that heeds the signal at once, and lets go of what is cleaned up then. */
const SIGNAL_IS_HEEDED_MS = 1_000;
/** For work that heeds the signal between its steps, as benchmarks do. */
const WORK_MAY_END_MS = 30_000;

/**
 * Runs the work of one of our own programs (the demo, the lab, the bench, the docs, the soak) and gives its exit code:
 * what the work returns, 1 when it throws, and 128 + n after a signal. After the first signal every failure is a
 * consequence of it: it is not told, and the exit code stays. In any case everything is cleaned up first.
 */
export async function runToExit(parts: {
  /** For messages: `The demo could not go on.` */
  readonly name: string;
  readonly say: (text: string) => void;
  readonly work: (surroundings: Surroundings) => Promise<number>;
}): Promise<number> {
  const { name, say, work } = parts;
  const cleanUp = createCleanUp(say);
  const interrupt = listenForInterrupt();
  const failed = listenForStrayErrors();
  const ended = work({ cleanUp, signal: interrupt.signal });
  let exitCode: number;
  try {
    exitCode = await Promise.race([ended, failed, interrupt.arrives]);
  } catch (error) {
    exitCode = 1;
    await Promise.race([interrupt.arrives, delay(SIGNAL_MAY_FOLLOW_MS)]);
    if (!interrupt.signal.aborted) say(`The ${name} could not go on. ${errorText(error)}`);
  }
  if (interrupt.signal.aborted) {
    say('stopped; cleaning up');
    cleanUp.close();
    // Work that waits for what is cleaned up ends with it; work that has something of its own to undo heeds the signal.
    const quiet = ended.catch(() => {});
    await Promise.race([quiet, delay(SIGNAL_IS_HEEDED_MS)]);
    await cleanUp.run();
    await Promise.race([quiet, delay(WORK_MAY_END_MS)]);
  }
  await cleanUp.run();
  return interrupt.exitCode() ?? exitCode;
}

function listenForInterrupt() {
  const abort = new AbortController();
  let exitCode: number | null = null;
  const arrives = new Promise<number>((resolve) => {
    for (const [name, code] of Object.entries(SIGNALS)) {
      process.on(name, () => {
        exitCode ??= code;
        resolve(exitCode);
        abort.abort(new Error(`stopped by ${name}`));
      });
    }
  });
  return { signal: abort.signal, arrives, exitCode: () => exitCode };
}

/** Rejects with the first error that nobody caught: it must not end the program before its clean-up. */
function listenForStrayErrors(): Promise<never> {
  return new Promise((_, reject) => {
    process.on('uncaughtException', reject);
    process.on('unhandledRejection', reject);
  });
}
