import type { Budgets } from '../model/budgets.ts';
import type { Clock } from '../ports/clock.ts';
import type { Standing } from '../ports/guest-door.ts';
import { createBucket } from './bucket.ts';
import { createSharedBuckets } from './shared-buckets.ts';

/** As many greetings at once, and again in the course of a minute, as there are places. */
const toLimit = (places: number) => ({ atOnce: places, aSecond: places / 60 });

/**
 * A greeting costs a look at the host and at the store: who comes and goes all the time never has many places, and
 * would cost much.
 */
export function createGreetings({ budgets, clock }: { budgets: Budgets; clock: Pick<Clock, 'monotonicMs'> }) {
  const known = createSharedBuckets(toLimit(budgets.connectionsPerAddress));
  const strangers = createSharedBuckets(toLimit(budgets.strangersPerAddress));
  // Twice as many: those who hoard places use up no more than half before others have theirs.
  const strangersInAll = createBucket(toLimit(2 * budgets.strangers), clock.monotonicMs());

  return {
    spend({ standing, address }: { readonly standing: Standing; readonly address: string }): boolean {
      const call = { nowMs: clock.monotonicMs(), amount: 1 };
      if (standing === 'known') return known.of(address, call.nowMs).spend(call);
      return strangers.of(address, call.nowMs).spend(call) && strangersInAll.spend(call);
    },
  };
}

export type Greetings = ReturnType<typeof createGreetings>;
