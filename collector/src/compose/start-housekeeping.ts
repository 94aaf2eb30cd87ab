import { type RememberGuests, rememberGuests } from '../conduct/survey/remember-guests.ts';
import { startRinging } from '../conduct/survey/ring-visitors.ts';
import type { Survey } from '../conduct/survey/survey.ts';
import type { Trims } from '../conduct/trims/trims.ts';
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
  survey,
  trims,
  ring,
}: {
  clock: Clock;
  log: Log;
  links: GuestLinks;
  store: Pick<GuestsStore, 'sawGuests' | 'findGuests'>;
  survey: Pick<Survey, 'read'>;
  trims: Pick<Trims, 'awaited'>;
  /** At the channel of a domain. */
  ring: (domainKey: string) => void;
}): RememberGuests {
  const remembering = rememberGuests({ clock, log, links, store });
  const stopReleasing = releaseAtRest({ clock, countGuests: () => links.guests().length, release: releaseMemory });
  const stopRinging = startRinging({ clock, log, store, survey, awaited: trims.awaited, ring });
  return {
    came: remembering.came,
    stop() {
      remembering.stop();
      stopReleasing();
      stopRinging();
    },
  };
}
