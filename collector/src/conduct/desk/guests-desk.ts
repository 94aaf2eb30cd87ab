import { findTwins } from '../../correlate/match-twins.ts';
import { findCopies } from '../../link/find-copies.ts';
import type { Domain } from '../../model/domain.ts';
import type { Clock } from '../../ports/clock.ts';
import type { GuestsDesk } from '../../ports/desk/guests.ts';
import type { GuestKeysStore } from '../../ports/store/guest-keys.ts';
import type { Enrolling } from '../enroll/enrolment.ts';
import { readKnownGuests } from '../survey/known-guests.ts';
import { OVERVIEW_MS, type QemuGaGuests } from '../survey/qemu-ga-guests.ts';
import { describeGuests, isShown, noteMissingAgent, noteQemuGa } from './describe-guests.ts';
import { listHeldRows } from './enrolment/guest-keys-desk.ts';
import { BY_SOCKET, createNoteDeed, type DeedDeps } from './enrolment/note-deed.ts';
import { type ForgetDeps, forgetGuest } from './forget-guest.ts';
import { noteDismissed, noteHeld } from './note-held.ts';

export interface GuestsDeps extends ForgetDeps {
  readonly enrolment: Pick<Enrolling, 'findings'>;
  readonly clock: Clock;
  readonly log: DeedDeps['log'];
  readonly store: ForgetDeps['store'] & Pick<GuestKeysStore, 'keys' | 'held'> & DeedDeps['store'];
  /** How an agent gets here: conduct/survey/guest-faults.ts. */
  readonly startAgent: () => string;
  readonly qemuGaGuests: Pick<QemuGaGuests, 'ask'>;
}

/** Every guest that the hypervisor, an agent or the store knows of. */
export function createGuestsDesk(deps: GuestsDeps): GuestsDesk {
  const { clock, store, survey, links, startAgent, qemuGaGuests, enrolment } = deps;
  const note = createNoteDeed(deps);
  return {
    async forget(query, askedBy = BY_SOCKET) {
      const done = await forgetGuest(deps, query);
      if (done.forgotten) await note({ kind: 'forget', askedBy, subject: done.guest });
      return done;
    },
    async guests(query) {
      const ask = (domains: readonly Domain[]) => qemuGaGuests.ask(domains, OVERVIEW_MS);
      const [host, known] = await Promise.all([survey.read(), readKnownGuests({ survey, store, links }, ask)]);
      const { waiting, dismissed } = await listHeldRows(store);
      const keys = await store.keys();
      const rows = describeGuests(known, { ...query, keys });
      return {
        takenAt: new Date(clock.now()).toISOString(),
        guests: rows,
        held: waiting,
        findings: [
          ...noteHeld(waiting, { known, keys }),
          ...noteDismissed(dismissed),
          ...enrolment.findings(),
          ...host.findings,
          ...findTwins(host.domains),
          ...findCopies(links.guests()),
          ...known
            .filter(isShown)
            .flatMap((guest) => [...noteMissingAgent({ guest, startAgent: startAgent() }), ...noteQemuGa(guest)]),
        ],
      };
    },
  };
}
