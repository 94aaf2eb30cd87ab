import type { Budgets } from '../model/budgets.ts';
import type { Clock } from '../ports/clock.ts';
import type { Standing } from '../ports/guest-door.ts';
import { createBucket } from './bucket.ts';
import { createSharedBuckets } from './shared-buckets.ts';

/** As many greetings at once, and again in the course of a minute, as there are places. */
const toLimit = (places: number) => ({ atOnce: places, aSecond: places / 60 });

/**
 * One part in so many of an address' greetings is what one guest has there, and so many at the least: an agent that is
 * started anew all the time comes back every few seconds. By the address as well, since anybody can say that he is
 * another's guest.
 */
export const GUEST_PART = 16;
export const LEAST_GREETINGS_KEPT = 16;

/** Is there one left? `of-guest`: its own are used up. */
export type Spent = 'ok' | 'of-guest' | 'of-others';

/**
 * A greeting costs a look at the host and at the store: who comes and goes all the time never has many places, and
 * would cost much.
 */
export function createGreetings({ budgets, clock }: { budgets: Budgets; clock: Pick<Clock, 'monotonicMs'> }) {
  const ofGuests = createSharedBuckets(
    toLimit(Math.max(LEAST_GREETINGS_KEPT, budgets.connectionsPerAddress / GUEST_PART)),
  );
  const known = createSharedBuckets(toLimit(budgets.connectionsPerAddress));
  const strangers = createSharedBuckets(toLimit(budgets.strangersPerAddress));
  // Twice as many: those who hoard places use up no more than half before others have theirs.
  const strangersInAll = createBucket(toLimit(2 * budgets.strangers), clock.monotonicMs());

  return {
    spend({ standing, address, uuid }: Greeting): Spent {
      const call = { nowMs: clock.monotonicMs(), amount: 1 };
      if (standing === 'stranger')
        return strangers.of(address, call.nowMs).spend(call) && strangersInAll.spend(call) ? 'ok' : 'of-others';
      if (uuid !== null && !ofGuests.of(`${address} ${uuid}`, call.nowMs).spend(call)) return 'of-guest';
      return known.of(address, call.nowMs).spend(call) ? 'ok' : 'of-others';
    },
  };
}

export interface Greeting {
  readonly standing: Standing;
  readonly address: string;
  /** As the guest says it; null where it shows none. */
  readonly uuid: string | null;
}

export type Greetings = ReturnType<typeof createGreetings>;
