import type { TrimId } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import type { ConnectedGuest } from '../../../link/guest-links.ts';
import type { GuestId } from '../../../model/guest-id.ts';
import type { TrimKey } from '../../../model/trim-key.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { Log } from '../../../ports/log.ts';
import type { OpenTrimMark } from '../../../ports/store/open-trims.ts';
import { SILENCE_MS } from '../trim-model.ts';
import { neverBegan } from './absence-faults.ts';
import type { OpenJobs } from './open-jobs.ts';

/** An agent that speaks these messages says at each welcome what it has begun; an older one when its sync has ended. */
const SAYS_WHAT_IT_HAS = 3;

/**
 * Takes back the grant of a trim, unless more is known of it by now (`kept`). `gone`: it is open no more, and only those
 * who wait for it, if any do, have not been told.
 */
export type WithdrawGrant = (grant: {
  mark: OpenTrimMark;
  isSilent(): boolean;
}) => Promise<'taken-back' | 'gone' | 'kept'>;

export interface Listening {
  readonly guestId: GuestId;
  /** What the guest says that it has. */
  readonly heard: Set<TrimId>;
  stop(): void;
}

/**
 * An agent that ended between the grant of a trim and its begin has no journal of it: when it is back it says nothing
 * of it, and no report will come. To find that out at the end of its guest would be too late: there it looks like a
 * trim that was lost in the middle.
 */
export function createNeverBegun({
  clock,
  log,
  openJobs,
  withdraw,
}: {
  clock: Pick<Clock, 'after'>;
  log: Log;
  openJobs: Pick<OpenJobs, 'ofGuest' | 'end'>;
  withdraw: WithdrawGrant;
}) {
  const guests = new Map<GuestId, Listening>();

  function callOff(guestId: GuestId): void {
    guests.get(guestId)?.stop();
    guests.delete(guestId);
  }

  async function takeBack(mark: OpenTrimMark, listening: Listening): Promise<void> {
    // It may speak, or leave, while the store is asked.
    const isSilent = () => guests.get(mark.guestId) === listening && !listening.heard.has(mark.id);
    const became = await withdraw({ mark, isSilent });
    if (became === 'kept') return;
    if (became === 'taken-back')
      log.warn({ guestId: mark.guestId, trimId: mark.id }, 'a trim that was granted has never begun');
    const waiting = openJobs.ofGuest(mark.guestId).filter(({ trimId }) => trimId === mark.id);
    await openJobs.end(waiting, neverBegan);
  }

  function arm(listening: Listening, granted: readonly OpenTrimMark[]): void {
    listening.stop = clock.after(SILENCE_MS, () => void giveUp(listening, granted));
  }

  /** Where the store fails, those who wait have no answer yet: it is tried again, unless the guest left or spoke. */
  async function giveUp(listening: Listening, granted: readonly OpenTrimMark[]): Promise<void> {
    const { guestId, heard } = listening;
    const failed: OpenTrimMark[] = [];
    for (const mark of granted.filter(({ id }) => !heard.has(id)))
      await takeBack(mark, listening).catch((error) => {
        log.error({ guestId, trimId: mark.id, reason: toReason(error) }, 'what never began could not be taken back');
        failed.push(mark);
      });
    if (guests.get(guestId) !== listening) return;
    if (failed.length > 0) arm(listening, failed);
    else guests.delete(guestId);
  }

  return {
    /** The guest is back: from now on it is heard. Null where its silence would say nothing. */
    came({ id, wireVersion }: Pick<ConnectedGuest, 'id' | 'wireVersion'>): Listening | null {
      callOff(id);
      if (wireVersion < SAYS_WHAT_IT_HAS) return null;
      const listening: Listening = { guestId: id, heard: new Set(), stop: () => {} };
      guests.set(id, listening);
      return listening;
    },
    /**
     * Of these it has said nothing when it may be silent no longer: they have never begun. `granted`: before it came,
     * in this boot of it. Those of which its silence tells nothing are left out of the answer, all of them where it
     * has left since.
     */
    listen(listening: Listening, granted: readonly OpenTrimMark[]): readonly OpenTrimMark[] {
      const { guestId } = listening;
      if (guests.get(guestId) !== listening) return [];
      if (granted.length === 0) {
        callOff(guestId);
        return [];
      }
      arm(listening, granted);
      return granted;
    },
    /** It runs. */
    heard: ({ guestId, id }: TrimKey): unknown => guests.get(guestId)?.heard.add(id),
    /** The guest goes away again: what it would have said is not known. */
    callOff,
    stop(): void {
      for (const guestId of [...guests.keys()]) callOff(guestId);
    },
  };
}
