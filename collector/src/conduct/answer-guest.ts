import type { ProofId, RequestId, TrimId } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import type { ConnectedGuest, GuestLinkEvents, GuestLinks, GuestSession } from '../link/guest-links.ts';
import { createQuietLog } from '../link/quiet-log.ts';
import type { GuestId } from '../model/guest-id.ts';
import type { Clock } from '../ports/clock.ts';
import type { Log } from '../ports/log.ts';
import type { GuestsStore } from '../ports/store/guests.ts';
import type { ProofAnswers } from './proof/proof-answers.ts';
import type { Proofs } from './proof/proofs.ts';
import type { GuestsOfHost } from './survey/guests-of-host.ts';
import { createReception } from './survey/recognise-guest.ts';
import type { Survey } from './survey/survey.ts';
import type { Trims } from './trims/trims.ts';
import type { Usages } from './watch/usages.ts';

const NOT_DONE = 'a guest could not do what it was asked for';
const NOT_RELEASED = 'what was asked of a guest that is forgotten could not be taken out';

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
  guestsOfHost,
  usages,
}: {
  clock: Clock;
  log: Log;
  links: Pick<GuestLinks, 'isConnected'>;
  store: Pick<GuestsStore, 'recognise' | 'sawGuests'>;
  survey: Pick<Survey, 'read'>;
  trims: Trims;
  proofs: Pick<Proofs, 'guestLeft'>;
  proofAnswers: Pick<ProofAnswers, 'answered' | 'guestLeft'>;
  guestsOfHost: Pick<GuestsOfHost, 'isKnown'>;
  usages: Usages;
}): GuestLinkEvents {
  const warn = createQuietLog({ clock, log });

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

  const remember = ({ id, lastHeardAt }: ConnectedGuest) => store.sawGuests([{ id, seenAt: lastHeardAt }]);

  /** What was asked of guests that were forgotten for a new one. */
  function release(forgotten: readonly GuestId[]): void {
    for (const id of forgotten)
      trims.forgetGuest(id).catch((error) => log.error({ guestId: id, reason: toReason(error) }, NOT_RELEASED));
  }

  return {
    isKnown: guestsOfHost.isKnown,
    meet: createReception({ clock, log, links, survey, store, release }),
    connected(session) {
      const { guest } = session;
      log.info({ guest: guest.name, id: guest.id, agent: guest.agentVersion }, 'guest connected');
      void attend(session, remember(guest));
      void attend(session, trims.guestCame(guest));
    },
    disconnected(guest) {
      log.info({ guest: guest.name }, 'guest disconnected');
      noteLeaving(guest, trims.guestLeft(guest));
      proofAnswers.guestLeft(guest.id);
      proofs.guestLeft(guest.id);
      noteLeaving(guest, remember(guest));
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
