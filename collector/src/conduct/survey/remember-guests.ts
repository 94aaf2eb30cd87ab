import { toReason } from '@trimtab/protocol/shared';
import type { ConnectedGuest, GuestLinks } from '../../link/guest-links.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Log } from '../../ports/log.ts';
import type { GuestsStore, SeenGuest } from '../../ports/store/guests.ts';

/**
 * A crash of the collector, or of the host, takes back so much of when a guest was last heard. A disconnection is
 * stored at once.
 */
export const REMEMBERED_EVERY_MS = 60_000;

/** After a restart of the collector thousands come at once: they are stored together. */
export const CAME_STORED_AFTER_MS = 250;

export interface RememberGuests {
  /** It is connected; that it was seen is stored soon. */
  came(guest: Pick<ConnectedGuest, 'id' | 'lastHeardAt' | 'visits'>): void;
  stop(): void;
}

/** Stores, once a minute and in one transaction, when each connected guest was last heard, and sooner when it came. */
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
}): RememberGuests {
  const came = new Map<GuestId, Omit<SeenGuest, 'id'>>();
  let stopSoon: (() => void) | null = null;
  let stop = () => {};

  function remember(seen: readonly SeenGuest[]): void {
    store
      .sawGuests(seen)
      .catch((error) => log.error({ reason: toReason(error) }, 'could not store when guests were last heard'));
  }

  function rememberThoseWhoCame(): void {
    stopSoon = null;
    const seen = [...came].map(([id, seen]) => ({ id, ...seen }));
    came.clear();
    remember(seen);
  }

  function arm(): void {
    stop = clock.after(REMEMBERED_EVERY_MS, () => {
      arm();
      remember(links.guests().map(({ id, lastHeardAt, visits }) => ({ id, seenAt: lastHeardAt, visits })));
    });
  }

  arm();
  return {
    came({ id, lastHeardAt, visits }) {
      came.set(id, { seenAt: lastHeardAt, visits });
      stopSoon ??= clock.after(CAME_STORED_AFTER_MS, rememberThoseWhoCame);
    },
    /** Of those who are still connected their leaving is stored. */
    stop() {
      stop();
      stopSoon?.();
    },
  };
}
