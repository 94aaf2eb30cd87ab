import { sleep } from '@trimtab/protocol/shared';
import type { Clock } from '../../ports/clock.ts';

/** One for all that is asked of the guest, however many questions there are. */
export interface Deadline {
  isOver(): boolean;
  /** Null where the answer does not come in time; a question is not even asked when it is over. */
  within<Answer>(ask: () => Promise<Answer | null>): Promise<Answer | null>;
}

export function setDeadline({ clock, afterMs }: { clock: Omit<Clock, 'now'>; afterMs: number }): Deadline {
  const until = clock.monotonicMs() + afterMs;
  const leftMs = (): number => until - clock.monotonicMs();
  return {
    isOver: () => leftMs() <= 0,
    within: (ask) =>
      leftMs() <= 0 ? Promise.resolve(null) : Promise.race([ask(), sleep(clock, leftMs()).then(() => null)]),
  };
}
