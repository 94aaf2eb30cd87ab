import { findTwins } from '../../correlate/match-twins.ts';
import { findCopies } from '../../link/find-copies.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GuestsDesk } from '../../ports/desk/guests.ts';
import { readKnownGuests } from '../survey/known-guests.ts';
import { describeGuests, noteMissingAgent } from './describe-guests.ts';
import { type ForgetDeps, forgetGuest } from './forget-guest.ts';

export interface GuestsDeps extends ForgetDeps {
  readonly clock: Clock;
  /** How an agent gets here: conduct/survey/guest-faults.ts. */
  readonly startAgent: () => string;
}

/** Every guest that the hypervisor, an agent or the store knows of. */
export function createGuestsDesk(deps: GuestsDeps): GuestsDesk {
  const { clock, store, survey, links, startAgent } = deps;
  return {
    forget: (query) => forgetGuest(deps, query),
    async guests(query) {
      const [host, known] = await Promise.all([survey.read(), readKnownGuests({ survey, store, links })]);
      const rows = describeGuests(known, query);
      return {
        takenAt: new Date(clock.now()).toISOString(),
        guests: rows,
        findings: [
          ...host.findings,
          ...findTwins(host.domains),
          ...findCopies(links.guests()),
          ...rows.flatMap((row) => noteMissingAgent({ row, startAgent: startAgent() })),
        ],
      };
    },
  };
}
