import type { GuestId } from '../model/guest-id.ts';
import type { Clock } from '../ports/clock.ts';
import { createBucket } from './bucket.ts';
import { BYTES, FRAMES, type FrameBudget } from './frame-budget.ts';
import { createSharedBuckets } from './shared-buckets.ts';

/** Ends of sessions that the log has of one address. */
export const LINES: { readonly atOnce: number; readonly aSecond: number } = { atOnce: 30, aSecond: 1 / 2 };

/** So many strangers of one address share the bytes of one guest; where more may be connected, they have more. */
export const STRANGERS_A_SHARE = 64;

type Speaker =
  | { readonly kind: 'guest'; readonly id: GuestId }
  | { readonly kind: 'address'; readonly address: string };

/**
 * What guests may say, over all of their connections: who comes anew goes on with what was left. A guest that this host
 * knows has a budget of its own. Strangers are whoever they say, so that those of one address share the bytes of one.
 */
export function createGuestBudgets({
  clock,
  strangersPerAddress,
}: {
  clock: Pick<Clock, 'monotonicMs'>;
  strangersPerAddress: number;
}) {
  const shares = Math.max(1, strangersPerAddress / STRANGERS_A_SHARE);
  const ofGuests = { frames: createSharedBuckets(FRAMES), bytes: createSharedBuckets(BYTES) };
  const ofAddresses = createSharedBuckets({ atOnce: shares * BYTES.atOnce, aSecond: shares * BYTES.aSecond });
  const lines = createSharedBuckets(LINES);

  return {
    of(speaker: Speaker): FrameBudget {
      const nowMs = clock.monotonicMs();
      if (speaker.kind === 'address')
        return { frames: createBucket(FRAMES, nowMs), bytes: ofAddresses.of(speaker.address, nowMs) };
      return { frames: ofGuests.frames.of(speaker.id, nowMs), bytes: ofGuests.bytes.of(speaker.id, nowMs) };
    },
    mayTell(address: string): boolean {
      const nowMs = clock.monotonicMs();
      return lines.of(address, nowMs).spend({ nowMs, amount: 1 });
    },
  };
}
