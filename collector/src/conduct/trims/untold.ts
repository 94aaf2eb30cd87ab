import type { TrimId } from '@trimtab/protocol';
import type { createOneAtATime } from '../../coordinate/one-at-a-time.ts';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { OpenTrimsStore } from '../../ports/store/open-trims.ts';
import type { createTrimFinder } from './find-trim.ts';
import type { RunTrim } from './run-trim.ts';
import type { HowUntold } from './trim-model.ts';

/**
 * Whoever was to tell how a trim went is gone in the middle of it, and the guest is not: what the host measures is
 * concluded now.
 */
export function createUntold({
  store,
  oneAtATime,
  run,
  find,
}: {
  readonly store: Pick<OpenTrimsStore, 'findOpenTrim'>;
  readonly oneAtATime: ReturnType<typeof createOneAtATime<GuestId>>;
  readonly run: RunTrim;
  readonly find: ReturnType<typeof createTrimFinder>['find'];
}) {
  return (guest: ConnectedGuest, trimId: TrimId, how: HowUntold): Promise<void> =>
    oneAtATime(guest.id, async () => {
      const open = await store.findOpenTrim({ guestId: guest.id, id: trimId });
      if (open === null || open.after !== null) return;
      await run(find({ guestId: guest.id, trimId }), { kind: 'lost', open, how });
    });
}
