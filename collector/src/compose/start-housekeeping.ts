import { type RememberGuests, rememberGuests } from '../conduct/survey/remember-guests.ts';
import { releaseMemory } from '../io/release-memory.ts';
import type { GuestLinks } from '../link/guest-links.ts';
import { releaseAtRest } from '../link/release-at-rest.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { GuestsStore } from '../ports/store/guests.ts';

/** What is done now and then for those that are connected, and soon for those that come. */
export function startHousekeeping({
  clock,
  log,
  links,
  store,
}: {
  clock: Clock;
  log: Log;
  links: GuestLinks;
  store: Pick<GuestsStore, 'sawGuests'>;
}): RememberGuests {
  const remembering = rememberGuests({ clock, log, links, store });
  const stopReleasing = releaseAtRest({ clock, countGuests: () => links.guests().length, release: releaseMemory });
  return {
    came: remembering.came,
    stop() {
      remembering.stop();
      stopReleasing();
    },
  };
}
