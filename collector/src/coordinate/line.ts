import type { Line, LineRank } from '../ports/line.ts';

/** Each takes about a millisecond, in which nobody else is served, and in each turn one connection is accepted. */
export const BEGUN_A_TURN = 1;

/** Those that are heard and have said nothing yet, as long as they are waited for: an eighth of what may be half open. */
export const HEARD_AT_ONCE = 512;

/** Of so many turns one is for those in line, while somebody waits for an answer. */
export const TURNS_A_STEP = 4;

interface Waiting {
  readonly most: number;
  /** From `next` on: to shift one off an array of thousands moves them all. */
  works: (() => Promise<unknown>)[];
  next: number;
  underWay: number;
}

const toWaiting = (most: number): Waiting => ({ most, works: [], next: 0, underWay: 0 });

/**
 * Who comes in is let in before the next begins: thousands that came on step by step, side by side, would all be in time
 * or none. One work begins in each turn of the event loop, and between the turns all others are served, such as whoever
 * asks how things stand. What waits for something else, as for a reading of the host, holds nobody up.
 */
export function createLine({
  later = setImmediate,
}: {
  /** Calls back in the next turn. */
  readonly later?: (call: () => void) => unknown;
} = {}): Line {
  const lines: Readonly<Record<LineRank, Waiting>> = {
    proven: toWaiting(Number.POSITIVE_INFINITY),
    'said-hello': toWaiting(Number.POSITIVE_INFINITY),
    arrived: toWaiting(HEARD_AT_ONCE),
  };
  let begun = 0;
  let isTurnComing = false;
  let ahead = 0;
  let turns = 0;

  function beginNext(): boolean {
    for (const line of Object.values(lines)) {
      const work = line.underWay < line.most ? shift(line) : undefined;
      if (work === undefined) continue;
      line.underWay += 1;
      const end = () => {
        line.underWay -= 1;
        begin();
      };
      work().then(end, end);
      return true;
    }
    return false;
  }

  function begin(): void {
    while (begun < BEGUN_A_TURN && beginNext()) begun += 1;
    if (begun === 0 || isTurnComing) return;
    isTurnComing = true;
    later(haveTurn);
  }

  function haveTurn(): void {
    isTurnComing = false;
    turns = ahead === 0 ? 0 : (turns + 1) % TURNS_A_STEP;
    const isGivenUp = turns > 0 && Object.values(lines).some(({ works, next }) => next < works.length);
    begun = isGivenUp ? BEGUN_A_TURN : 0;
    begin();
  }

  return {
    take<Value>(rank: LineRank, work: () => Promise<Value>): Promise<Value> {
      const { promise, resolve } = Promise.withResolvers<Value>();
      lines[rank].works.push(() => {
        resolve(work());
        return promise;
      });
      begin();
      return promise;
    },
    async ahead(work) {
      ahead += 1;
      try {
        return await work();
      } finally {
        ahead -= 1;
      }
    },
  };
}

function shift(line: Waiting): Waiting['works'][number] | undefined {
  const work = line.works[line.next];
  if (work === undefined) return undefined;
  line.next += 1;
  if (line.next === line.works.length) {
    line.works = [];
    line.next = 0;
  }
  return work;
}
