import type { GuestLinks } from '../../link/guest-links.ts';
import type { HostView } from '../../model/domain.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { Clock } from '../../ports/clock.ts';
import type { HostKeys } from '../../ports/host-keys.ts';
import type { Log } from '../../ports/log.ts';
import type { VerifySignature } from '../../ports/signatures.ts';
import type { EnrolmentsStore } from '../../ports/store/enrolments.ts';
import type { GuestKey, GuestKeysStore } from '../../ports/store/guest-keys.ts';
import type { GuestsStore } from '../../ports/store/guests.ts';
import type { RecogniseDeps } from '../survey/recognise-guest.ts';
import type { Survey } from '../survey/survey.ts';
import type { HeldBook } from './held-book.ts';

export interface EnrolmentDeps extends Pick<RecogniseDeps, 'release'> {
  readonly clock: Pick<Clock, 'now' | 'after'>;
  readonly log: Log;
  readonly survey: Pick<Survey, 'read'>;
  readonly store: GuestKeysStore &
    Pick<EnrolmentsStore, 'findEnrolment'> &
    Pick<GuestsStore, 'recognise' | 'findGuests'>;
  readonly links: Pick<GuestLinks, 'isConnected' | 'find' | 'guests' | 'answers' | 'send' | 'end'>;
  readonly hostKeys: HostKeys;
  readonly verify: VerifySignature;
  /** 32 bytes, which nobody can foresee. */
  readonly random: () => Uint8Array;
  /** Where agents are to find this collector from now on. */
  readonly addresses: () => readonly string[];
  /** Are guests taken that show no key? */
  readonly acceptUnenrolled: boolean;
}

/** What those who let in share. */
export interface Admitting extends EnrolmentDeps {
  readonly held: HeldBook;
  /** The host, for somebody who says hello; null when it is not read in time. */
  readonly readHost: () => Promise<HostView | null>;
  /** Counts each time that keys were revoked. */
  readonly revocations: () => number;
  /** Work under one token, one after the other. */
  readonly oneAtATime: <Value>(token: string, work: () => Promise<Value>) => Promise<Value>;
  /** A guest is let in by this key, of which it has said that it stored these pins. */
  readonly noteKey: (id: GuestId, key: Pick<GuestKey, 'key' | 'learnedPins'>) => void;
}
