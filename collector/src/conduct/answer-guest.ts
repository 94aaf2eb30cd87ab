import type { ProofId, RequestId, TrimId } from '@trimtab/protocol';
import { toCause } from '@trimtab/protocol/shared';
import type { ConnectedGuest, GuestLinkEvents, GuestLinks } from '../link/guest-links.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { GuestsStore } from '../ports/store/guests.ts';
import type { ProofAnswers } from './proof/proof-answers.ts';
import type { Proofs } from './proof/proofs.ts';
import { recogniseGuest } from './survey/recognise-guest.ts';
import type { Survey } from './survey/survey.ts';
import type { Trims } from './trims/trims.ts';

/** What the collector does about each thing that a guest says, and about its coming and going. */
export function createGuestAnswers({
  clock,
  log,
  links,
  store,
  survey,
  trims,
  proofs,
  proofAnswers,
}: {
  clock: Clock;
  log: Log;
  links: Pick<GuestLinks, 'fail'>;
  store: Pick<GuestsStore, 'recognise' | 'sawGuests'>;
  survey: Pick<Survey, 'read'>;
  trims: Trims;
  proofs: Pick<Proofs, 'guestLeft'>;
  proofAnswers: Pick<ProofAnswers, 'answered' | 'guestLeft'>;
}): GuestLinkEvents {
  /** What could not be done for a guest ends its session: it comes back and sends again what was not acknowledged. */
  function attend(guest: ConnectedGuest, work: Promise<void>): void {
    work.catch((error) => {
      log.error({ guest: guest.name, reason: toCause(error) }, 'could not do what a guest asked for');
      links.fail(guest.id);
    });
  }

  const remember = ({ id, lastHeardAt }: ConnectedGuest) => store.sawGuests([{ id, seenAt: lastHeardAt }]);

  return {
    recognise: (hello) => recogniseGuest({ clock, log, survey, store }, hello),
    connected(guest) {
      log.info({ guest: guest.name, id: guest.id, agent: guest.agentVersion }, 'guest connected');
      attend(guest, remember(guest));
      attend(guest, trims.guestCame(guest));
    },
    disconnected(guest) {
      log.info({ guest: guest.name }, 'guest disconnected');
      attend(guest, trims.guestLeft(guest));
      proofAnswers.guestLeft(guest.id);
      proofs.guestLeft(guest.id);
      attend(guest, remember(guest));
    },
    said(guest, message) {
      switch (message.type) {
        case 'intent':
          return attend(guest, trims.intended(guest, message));
        case 'report':
          return attend(guest, trims.reported(guest, message.report));
        case 'started':
          return attend(guest, trims.started(guest, message));
        case 'progress':
          return attend(guest, trims.progressed(guest, message));
        case 'proved':
          return proofAnswers.answered(guest.id, message.proofId, { kind: 'read' });
        case 'problem':
          log.warn({ guest: guest.name, ...message.problem }, 'a guest could not do what it was asked for');
          if (message.about === null) return;
          // One word for all: the guest gives back the id of the proof, the request or the trim that it cannot do.
          proofAnswers.answered(guest.id, message.about as ProofId, { kind: 'refused', problem: message.problem });
          attend(guest, trims.refused(guest, message.about as RequestId | TrimId, message.problem));
      }
    },
  };
}
