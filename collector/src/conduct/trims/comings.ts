import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { watchAbsences } from './absence/watch-absences.ts';
import type { createAskedTrims } from './asked-trims.ts';
import type { Jobs } from './jobs/jobs.ts';
import type { LiveTrims } from './live-trims.ts';
import type { RunTrim } from './run-trim.ts';

/** What the coming and going of a guest means for its trims. */
export function createComings({
  live,
  jobs,
  run,
  absences,
  asked,
  isHere,
}: {
  live: LiveTrims;
  jobs: Pick<Jobs, 'open'>;
  run: RunTrim;
  absences: ReturnType<typeof watchAbsences>;
  asked: Pick<ReturnType<typeof createAskedTrims>, 'visited'>;
  isHere(guestId: GuestId): boolean;
}) {
  return {
    /** Nobody of its pools waits for a guest that is away; its trim may go on all the same. */
    async guestLeft(guest: ConnectedGuest): Promise<void> {
      if (absences.isStopped()) return;
      const left = live.ofGuest(guest.id).map((trim) => run(trim, { kind: 'guest-left' }));
      // All at once: it may be back before the first of these is done.
      await Promise.all([...left, absences.left(guest)]);
    },
    async guestCame(guest: ConnectedGuest): Promise<void> {
      await absences.came(guest);
      if (isHere(guest.id)) asked.visited(guest);
    },
    /** Is one of its trims under way, or one asked for that it has not answered? */
    isBusyWith: (guestId: GuestId): boolean =>
      live.ofGuest(guestId).length > 0 || jobs.open().some(({ job }) => job.guestId === guestId),
  };
}
