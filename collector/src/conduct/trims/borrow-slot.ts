import type { Slots } from '../../coordinate/slots.ts';
import type { Clock } from '../../ports/clock.ts';
import type { LiveTrim } from './live-trims.ts';
import { newSlotWatch } from './watch-slot.ts';

/**
 * How long the trim stood in line for its slot, in milliseconds; null when it has left the line, or given its slot
 * back.
 */
export async function borrowSlot({
  slots,
  clock,
  trim,
  pools,
}: {
  slots: Slots;
  clock: Clock;
  trim: LiveTrim;
  pools: readonly string[];
}): Promise<number | null> {
  const askedMs = clock.monotonicMs();
  const own: NonNullable<LiveTrim['slot']> = { leave: new AbortController(), held: null };
  trim.slot = own;
  const hold = await slots.acquire(pools, own.leave.signal).catch(() => null);
  if (hold === null) return null;
  if (trim.slot !== own) {
    hold.release();
    return null;
  }
  const takenMs = clock.monotonicMs();
  own.held = { hold, watch: newSlotWatch(takenMs) };
  return takenMs - askedMs;
}

/** Or leaves the line for one. */
export function giveSlotBack(trim: LiveTrim): void {
  const { slot } = trim;
  trim.slot = null;
  slot?.leave.abort();
  slot?.held?.hold.release();
}
