import type { Clock } from '../../ports/clock.ts';

/** As often as an agent tells it. */
export const ASKED_EVERY_MS = 15 * 60_000;

/** One that hangs is asked half as often each time, and so seldom at last. */
export const LONGEST_PAUSE_MS = 6 * 60 * 60_000;

interface Turn {
  readonly dueMs: number;
  readonly pauseMs: number;
}

/** When each is asked: all at the same pace, and each at a time of its own. */
export function createTurns({ clock, random }: { clock: Pick<Clock, 'monotonicMs'>; random: () => number }) {
  let turns: ReadonlyMap<string, Turn> = new Map();

  return {
    /** Whose turn it is of these, which are all that there are. `answers`: so did it when anybody asked it last. */
    due(all: readonly { readonly key: string; readonly answers: boolean }[]): readonly string[] {
      const nowMs = clock.monotonicMs();
      turns = new Map(
        all.map(({ key, answers }): [string, Turn] => {
          const turn = turns.get(key) ?? { dueMs: nowMs + random() * ASKED_EVERY_MS, pauseMs: ASKED_EVERY_MS };
          // It hung, and somebody was answered since.
          const isBack = answers && turn.pauseMs > ASKED_EVERY_MS;
          return [key, isBack ? { dueMs: nowMs, pauseMs: ASKED_EVERY_MS } : turn];
        }),
      );
      return [...turns].flatMap(([key, { dueMs }]) => (dueMs <= nowMs ? [key] : []));
    },
    /** It was asked. */
    over(key: string, { hangs }: { readonly hangs: boolean }): void {
      const pauseMs = hangs
        ? Math.min(LONGEST_PAUSE_MS, 2 * (turns.get(key)?.pauseMs ?? ASKED_EVERY_MS))
        : ASKED_EVERY_MS;
      turns = new Map([...turns, [key, { dueMs: clock.monotonicMs() + pauseMs, pauseMs }]]);
    },
  };
}
