import { type Intent, stacksOf, type TrimId } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { CarryOutDeps } from './carry-out.ts';
import type { OwnTrim, TrimsHeard } from './play-half.ts';
import type { PresentGuests } from './present-guests.ts';
import { notNoted, overtaken } from './qga-faults.ts';

export interface OwnTrimsDeps extends CarryOutDeps {
  readonly present: PresentGuests;
  newTrimId(): TrimId;
}

/** The trims that qemu-ga is to carry out, or does, one a guest, from their intent to their end. */
export function createOwnTrims({ log, present, newTrimId }: OwnTrimsDeps) {
  const running = new Map<GuestId, OwnTrim>();
  let trims: TrimsHeard | null = null;

  function heard(): TrimsHeard {
    if (trims === null) throw new Error('nobody hears of the trims through qemu-ga yet');
    return trims;
  }

  const isStill = (own: OwnTrim) => running.get(own.guest.id) === own;

  function forget(own: OwnTrim): void {
    if (!isStill(own)) return;
    running.delete(own.guest.id);
    present.letGo(own.guest.id);
    own.end();
  }

  /**
   * What cannot be noted is told to whoever asked; what was granted is taken up again when the collector next begins.
   */
  async function note(own: OwnTrim, work: () => Promise<void>): Promise<void> {
    const { guest, trimId } = own;
    try {
      await work();
    } catch (error) {
      const reason = toReason(error);
      log.error({ guest: guest.name, trimId, reason }, 'a trim through qemu-ga could not go on');
      forget(own);
      await heard()
        .refused(guest, trimId, notNoted({ guest: guest.name, reason }))
        .catch(() => {});
    }
  }

  /** Resolves when it was granted; else it left the line, since an agent came that trims the guest itself. */
  async function intend(own: OwnTrim): Promise<void> {
    const { guest, trimId, requestId, trigger, mounts } = own;
    const intent: Intent = { type: 'intent', trimId, requestId, trigger, mounts: [...mounts] };
    await heard().intended(guest, intent);
    if (own.isGranted || !isStill(own)) return;
    forget(own);
    await heard().refused(guest, trimId, overtaken(guest.name));
  }

  return {
    heard,
    forget,
    note,
    openTo(heardBy: TrimsHeard): void {
      trims = heardBy;
    },
    has: (guestId: GuestId): boolean => running.has(guestId),
    find({ guestId, trimId }: { guestId: GuestId; trimId: TrimId }): OwnTrim | null {
      const own = running.get(guestId);
      return own?.trimId === trimId ? own : null;
    },
    /** Resolves when it is over, however that ended. */
    begin(guest: ConnectedGuest, about: Pick<OwnTrim, 'requestId' | 'trigger'>): Promise<void> {
      const { inventory } = guest;
      const mounts = inventory === null ? [] : stacksOf(inventory).map(({ filesystem }) => filesystem.mount);
      const { promise, resolve } = Promise.withResolvers<void>();
      const own: OwnTrim = { guest, trimId: newTrimId(), ...about, mounts, isGranted: false, end: resolve };
      running.set(guest.id, own);
      present.keep(guest);
      void note(own, () => intend(own));
      return promise;
    },
  };
}
