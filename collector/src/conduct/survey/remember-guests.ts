import { toReason } from '@trimtab/protocol/shared';
import type { GuestLinks } from '../../link/guest-links.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { GuestsStore } from '../../ports/store/guests.ts';

/**
 * A crash of the collector, or of the host, takes back so much of when a guest was last heard. A disconnection is
 * stored at once.
 */
export const REMEMBERED_EVERY_MS = 60_000;

/**
 * Stores, once a minute and in one transaction, when each connected guest was last heard. Call what it returns to end
 * that.
 */
export function rememberGuests({
  clock,
  log,
  links,
  store,
}: {
  clock: Pick<Clock, 'after'>;
  log: Log;
  links: Pick<GuestLinks, 'guests'>;
  store: Pick<GuestsStore, 'sawGuests'>;
}): () => void {
  let stop = () => {};

  async function remember(): Promise<void> {
    await store.sawGuests(links.guests().map(({ id, lastHeardAt }) => ({ id, seenAt: lastHeardAt })));
  }

  function arm(): void {
    stop = clock.after(REMEMBERED_EVERY_MS, () => {
      arm();
      remember().catch((error) =>
        log.error({ reason: toReason(error) }, 'could not store when guests were last heard'),
      );
    });
  }

  arm();
  return () => stop();
}
