/** What became of some bytes that were to go out. */
export type Written =
  /** Perhaps not all of them. */
  | { readonly kind: 'written'; readonly bytes: number }
  /** Whoever reads is slow, or stands still. */
  | { readonly kind: 'busy' }
  | { readonly kind: 'failed'; readonly cause: string };

export interface LostLines {
  readonly lines: number;
  /** Of the first of them. */
  readonly cause: string;
}

export interface LineQueue {
  /** A line with its end. It goes out now, or later, or is counted as lost. */
  add(line: string): void;
  /** Tries again now; true when nothing waits any more. */
  flush(): boolean;
}

/** How soon a reader that stood still is tried again, and a disk that was full. */
const BUSY_MS = 100;
const FAILED_MS = 5_000;

const STANDS_STILL = 'whoever reads it stands still';

interface Waiting {
  readonly text: string;
  /** The lines that are lost with it: of a line that tells of lost ones, those. */
  readonly stands: LostLines | null;
  /** What is left to be written; null before its beginning. */
  rest: Uint8Array | null;
}

/**
 * Lines on their way to a stream that nothing depends on: the disk below it fills, its reader stands still or is gone.
 * Then lines are dropped and counted, and as soon as one can go out again, another before it says how many were lost
 * and why. No more than `mostBytes` wait.
 */
export function createLineQueue({
  write,
  after,
  tellLost,
  mostBytes,
}: {
  /** Never waits, and never throws. */
  write: (bytes: Uint8Array) => Written;
  after: (delayMs: number, call: () => void) => unknown;
  /** The line, with its end, that tells of lost ones. */
  tellLost: (lost: LostLines) => string;
  mostBytes: number;
}): LineQueue {
  const encoder = new TextEncoder();
  let waiting: Waiting[] = [];
  let waitingBytes = 0;
  let lost: LostLines | null = null;
  /** A line ends in its middle: the next one begins with a line end. */
  let isTorn = false;
  let isTimed = false;

  return {
    add(line) {
      const bytes = line.length * MOST_BYTES_A_UNIT;
      if (waitingBytes + bytes > mostBytes) return lose({ lines: 1, cause: STANDS_STILL });
      tellOfLost();
      enqueue({ text: line, stands: null, rest: null });
      flush();
    },
    flush,
  };

  function flush(): boolean {
    for (let next = waiting[0]; next !== undefined; next = waiting[0]) {
      const rest = next.rest ?? encoder.encode(isTorn ? `\n${next.text}` : next.text);
      const written = write(rest);
      if (written.kind === 'busy') return tryLater(BUSY_MS);
      if (written.kind === 'failed') return dropAll(written.cause);
      next.rest = rest.subarray(written.bytes);
      if (next.rest.byteLength > 0) continue;
      isTorn = false;
      waiting.shift();
      waitingBytes -= next.text.length * MOST_BYTES_A_UNIT;
      if (waiting.length === 0) tellOfLost();
    }
    return true;
  }

  function tellOfLost(): void {
    if (lost === null) return;
    enqueue({ text: tellLost(lost), stands: lost, rest: null });
    lost = null;
  }

  function enqueue(line: Waiting): void {
    waiting.push(line);
    waitingBytes += line.text.length * MOST_BYTES_A_UNIT;
  }

  function dropAll(cause: string): false {
    const dropped = waiting;
    waiting = [];
    waitingBytes = 0;
    isTorn ||= (dropped[0]?.rest ?? null) !== null;
    for (const { stands } of dropped) lose(stands ?? { lines: 1, cause });
    return tryLater(FAILED_MS);
  }

  function lose({ lines, cause }: LostLines): void {
    lost = { lines: (lost?.lines ?? 0) + lines, cause: lost?.cause ?? cause };
  }

  function tryLater(delayMs: number): false {
    if (isTimed) return false;
    isTimed = true;
    after(delayMs, () => {
      isTimed = false;
      if (waiting.length === 0) tellOfLost();
      flush();
    });
    return false;
  }
}

/** Of UTF-8, for a unit of UTF-16: what waits is bounded before it is encoded. */
const MOST_BYTES_A_UNIT = 3;
