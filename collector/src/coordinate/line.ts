import type { Line, LineRank } from '../ports/line.ts';

/** Each takes about a millisecond, in which nobody else is served. */
export const BEGUN_A_TURN = 1;

const RANKS: readonly LineRank[] = ['proven', 'said-hello', 'arrived'];

interface Waiting {
  /** From `next` on: to shift one off an array of thousands moves them all. */
  works: (() => void)[];
  next: number;
}

/**
 * Who comes in is let in before the next begins: thousands that came on step by step, side by side, would all be in time
 * or none. So many works are begun in one turn of the event loop, and between the turns all others are served, such as
 * whoever asks how things stand. What waits for others, as for a reading of the host, holds nobody up.
 */
export function createLine({
  later = setImmediate,
}: {
  /** Calls back in the next turn. */
  readonly later?: (call: () => void) => unknown;
} = {}): Line {
  const waiting = new Map(RANKS.map((rank): [LineRank, Waiting] => [rank, { works: [], next: 0 }]));
  let begun = 0;
  let isTurnComing = false;

  function shift(): (() => void) | undefined {
    for (const line of waiting.values()) {
      const work = line.works[line.next];
      if (work === undefined) continue;
      line.next += 1;
      if (line.next === line.works.length) {
        line.works = [];
        line.next = 0;
      }
      return work;
    }
    return undefined;
  }

  function begin(): void {
    while (begun < BEGUN_A_TURN) {
      const work = shift();
      if (work === undefined) break;
      begun += 1;
      work();
    }
    if (begun === 0 || isTurnComing) return;
    isTurnComing = true;
    later(() => {
      isTurnComing = false;
      begun = 0;
      begin();
    });
  }

  return {
    take: (rank, work) =>
      new Promise((resolve) => {
        waiting.get(rank)?.works.push(() => resolve(work()));
        begin();
      }),
  };
}
