import type { ProofId, RequestId, TrimId } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import type { ConnectedGuest, GuestLinkEvents, GuestLinks, GuestSession } from '../link/guest-links.ts';
import { createQuietLog } from '../link/quiet-log.ts';
import { createRestTeller } from '../link/rest-teller.ts';
import type { GuestId } from '../model/guest-id.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { GuestsStore } from '../ports/store/guests.ts';
import type { Enrolling } from './enroll/enrolment.ts';
import type { ProofAnswers } from './proof/proof-answers.ts';
import type { Proofs } from './proof/proofs.ts';
import type { GuestsOfHost } from './survey/guests-of-host.ts';
import type { RememberGuests } from './survey/remember-guests.ts';
import type { Trims } from './trims/trims.ts';
import type { Usages } from './watch/usages.ts';

const NOT_DONE = 'a guest could not do what it was asked for';

/** What the collector does about each thing that a guest says, and about its coming and going. */
export function createGuestAnswers({
  clock,
  log,
  store,
  remembering,
  trims,
  proofs,
  proofAnswers,
  guestsOfHost,
  usages,
  enrolment,
  links,
}: {
  clock: Clock;
  log: Log;
  store: Pick<GuestsStore, 'sawGuests'>;
  remembering: Pick<RememberGuests, 'came'>;
  trims: Trims;
  proofs: Pick<Proofs, 'guestLeft'>;
  proofAnswers: Pick<ProofAnswers, 'answered' | 'guestLeft' | 'isAsking'>;
  guestsOfHost: Pick<GuestsOfHost, 'isKnown'>;
  usages: Usages;
  enrolment: Pick<Enrolling, 'recalls' | 'challenge' | 'meet' | 'doors'>;
  links: Pick<GuestLinks, 'find' | 'send'>;
}): GuestLinkEvents {
  const warn = createQuietLog({ clock, log });
  const isBusyWith = (id: GuestId) => trims.isBusyWith(id) || proofAnswers.isAsking(id);
  const rest = createRestTeller({ clock, links, isBusyWith });

  /** What could not be done for a guest ends its session: it comes back and sends again what was not acknowledged. */
  function attend({ guest, fail }: GuestSession, work: Promise<void>): Promise<void> {
    return work.catch((error) => {
      log.error({ guest: guest.name, reason: toReason(error) }, 'could not do what a guest asked for');
      fail();
    });
  }

  /** Its session is over: there is nothing to end. */
  function noteLeaving(guest: ConnectedGuest, work: Promise<void>): void {
    work.catch((error) =>
      log.error({ guest: guest.name, reason: toReason(error) }, 'could not note that a guest is gone'),
    );
  }

  return {
    isKnown: guestsOfHost.isKnown,
    recalls: (arriving) => enrolment.recalls(arriving, guestsOfHost.isKnown),
    challenge: enrolment.challenge,
    meet: enrolment.meet,
    connected(session) {
      const { guest } = session;
      log.info({ guest: guest.name, id: guest.id, agent: guest.agentVersion }, 'guest connected');
      remembering.came(guest);
      enrolment.doors.connected(guest);
      void attend(
        session,
        trims.guestCame(guest).then(() => rest.came(guest)),
      );
    },
    disconnected(guest) {
      log.info({ guest: guest.name }, 'guest disconnected');
      noteLeaving(guest, trims.guestLeft(guest));
      proofAnswers.guestLeft(guest.id);
      proofs.guestLeft(guest.id);
      rest.left(guest.id);
      enrolment.doors.disconnected(guest);
      noteLeaving(guest, store.sawGuests([{ id: guest.id, seenAt: guest.lastHeardAt, visits: guest.visits }]));
    },
    async said(session, message) {
      const { guest } = session;
      switch (message.type) {
        case 'intent':
          return attend(session, trims.intended(guest, message));
        case 'report':
          return attend(session, trims.reported(guest, message.report));
        case 'started':
          return attend(session, trims.started(guest, message));
        case 'progress':
          return attend(session, trims.progressed(guest, message));
        case 'usage':
          return usages.told(guest, message);
        case 'learned':
          return attend(session, enrolment.doors.learned(guest, message));
        case 'proved':
          return proofAnswers.answered(guest.id, message.proofId, { kind: 'read' });
        case 'problem':
          warn(guest.id, { fields: { guest: guest.name, ...message.problem }, message: NOT_DONE });
          if (message.about === null) return;
          // One word for all: the guest gives back the id of the proof, the request or the trim that it cannot do.
          proofAnswers.answered(guest.id, message.about as ProofId, { kind: 'refused', problem: message.problem });
          return attend(session, trims.refused(guest, message.about as RequestId | TrimId, message.problem));
      }
    },
  };
}
