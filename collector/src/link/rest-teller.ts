import { speaks } from '@trimtab/protocol';
import type { GuestId } from '../model/guest-id.ts';
import type { Clock } from '../ports/clock.ts';
import type { ConnectedGuest, GuestLinks } from './guest-links.ts';

/** What comes of the first messages of a visit is under way by then. */
export const REST_FIRST_MS = 200;
export const REST_EVERY_MS = 1_000;

/** Tells guests that visit when nothing waits for them here, and again as long as they stay (PROTOCOL.md, [P13]). */
export function createRestTeller({
  clock,
  links,
  isBusyWith,
}: {
  clock: Pick<Clock, 'after'>;
  links: Pick<GuestLinks, 'find' | 'send'>;
  /** Is anything wanted of this guest, or done with what it said? */
  isBusyWith: (id: GuestId) => boolean;
}) {
  const watched = new Map<GuestId, () => void>();

  function left(id: GuestId): void {
    watched.get(id)?.();
    watched.delete(id);
  }

  function watch(id: GuestId, afterMs: number): void {
    const stop = clock.after(afterMs, () => {
      const guest = links.find(id);
      if (guest === null) return left(id);
      // Until its inventory is here it has not said what it came to say.
      if (guest.inventory !== null && !isBusyWith(id)) links.send(id, { type: 'rest' });
      watch(id, REST_EVERY_MS);
    });
    watched.set(id, stop);
  }

  return {
    /** All that was to be done about its coming is under way. */
    came({ id, visits, wireVersion }: Pick<ConnectedGuest, 'id' | 'visits' | 'wireVersion'>): void {
      left(id);
      if (visits !== null && speaks(wireVersion, 'rest')) watch(id, REST_FIRST_MS);
    },
    left,
  };
}

export type RestTeller = ReturnType<typeof createRestTeller>;
