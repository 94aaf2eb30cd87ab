import { speaks } from '@trimtab/protocol';
import { sleep } from '@trimtab/protocol/shared';
import type { ConnectedGuest, GuestLinks } from '../../link/guest-links.ts';
import type { Clock } from '../../ports/clock.ts';

/**
 * An inventory takes some milliseconds, and to look for what no trim reaches up to a second; a guest at work may need
 * longer, and then the last one has to do.
 */
export const PATIENCE_MS = 4_000;
const INTERVAL_MS = 25;

/** Asks these guests for an inventory of this moment and waits until all have answered, or some time has passed. */
export async function freshenInventories(
  { links, clock }: { readonly links: Pick<GuestLinks, 'find' | 'send'>; readonly clock: Clock },
  guests: readonly ConnectedGuest[],
): Promise<void> {
  const asked = new Map(
    guests
      .filter(({ id, wireVersion }) => speaks(wireVersion, 'look') && links.send(id, { type: 'look' }))
      .map(({ id, inventory }) => [id, inventory]),
  );
  const untilMs = clock.monotonicMs() + PATIENCE_MS;
  const isWaiting = () => [...asked].some(([id, before]) => links.find(id)?.inventory === before);
  while (asked.size > 0 && isWaiting() && clock.monotonicMs() < untilMs) await sleep(clock, INTERVAL_MS);
}
