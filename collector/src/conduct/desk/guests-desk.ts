import { findTwins } from '../../correlate/match-twins.ts';
import { findCopies } from '../../link/find-copies.ts';
import type { GuestLinks } from '../../link/guest-links.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GuestsDesk } from '../../ports/desk/guests.ts';
import type { GuestsStore } from '../../ports/store/guests.ts';
import type { Survey } from '../survey/survey.ts';
import { describeGuests, noteMissingAgent } from './describe-guests.ts';

export interface GuestsDeps {
  readonly clock: Clock;
  readonly store: Pick<GuestsStore, 'guests'>;
  readonly survey: Pick<Survey, 'look'>;
  readonly links: Pick<GuestLinks, 'guests'>;
}

/** Every guest that the hypervisor, an agent or the store knows of. */
export function createGuestsDesk({ clock, store, survey, links }: GuestsDeps): GuestsDesk {
  return {
    async guests() {
      const [host, records] = await Promise.all([survey.look(), store.guests()]);
      const rows = describeGuests({ domains: host.domains, records, connected: links.guests() });
      return {
        takenAt: new Date(clock.now()).toISOString(),
        guests: rows,
        findings: [
          ...host.findings,
          ...findTwins(host.domains),
          ...findCopies(links.guests()),
          ...rows.flatMap(noteMissingAgent),
        ],
      };
    },
  };
}
