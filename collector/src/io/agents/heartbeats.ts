import type { Clock } from '../../ports/clock.ts';

/** How often each guest is pinged. The agent gives a link up when it hears no ping for three of these. */
const PING_INTERVAL_MS = 15_000;

const TURNS = 15;

/** One that is to be pinged. */
export interface Beating {
  beat(): void;
}

/** Those who are pinged at one time. */
export type Turn = Set<Beating>;

export interface Heartbeats {
  /** From now on, in the turn that it returns: by that, `remove` finds it. */
  add(beating: Beating): Turn;
  remove(beating: Beating, turn: Turn): void;
}

/** One timer for all, in which each has its turn: a timer of its own would take 230 bytes for each. */
export function createHeartbeats(clock: Pick<Clock, 'after'>): Heartbeats {
  const turns = Array.from({ length: TURNS }, (): Turn => new Set());
  let at = 0;
  let count = 0;
  let stop: (() => void) | null = null;

  const turn = (): Turn => turns[at] as Turn;

  function arm(): void {
    stop = clock.after(PING_INTERVAL_MS / TURNS, () => {
      arm();
      at = (at + 1) % TURNS;
      for (const beating of turn()) beating.beat();
    });
  }

  return {
    add(beating) {
      if (stop === null) arm();
      count += 1;
      // Those of this turn were pinged just now.
      return turn().add(beating);
    },
    remove(beating, its) {
      if (!its.delete(beating)) return;
      count -= 1;
      if (count > 0) return;
      stop?.();
      stop = null;
    },
  };
}
