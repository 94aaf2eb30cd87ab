import { toReason } from '@trimtab/protocol/shared';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { Trimmer } from '../trims/agent-trimmer.ts';
import { createOwnTrims, type OwnTrimsDeps } from './own-trims.ts';
import { playHalf, type TrimsHeard } from './play-half.ts';
import { busy, calledOff, forbidden } from './qga-faults.ts';

export interface QemuGaTrimmer extends Trimmer {
  /** Is the trim of this guest its own? */
  has(guestId: GuestId): boolean;
  /** Whom it tells of its trims; before any is asked for. */
  openTo(trims: TrimsHeard): void;
  /** Trims a guest that is present by itself. Resolves when that is over; false when it has a trim under way. */
  trim(guest: ConnectedGuest): Promise<boolean>;
}

/**
 * Plays the guest's half of a trim for one that has qemu-ga and no agent: intent, begin, report, and the end of all
 * that when the report is stored. One trim at a time in a guest.
 */
export function createQemuGaTrimmer(deps: OwnTrimsDeps): QemuGaTrimmer {
  const { log, present } = deps;
  const { begin, find, forget, has, heard, note, openTo } = createOwnTrims(deps);

  return {
    openTo,
    has,
    async trim(guest) {
      if (has(guest.id)) return false;
      await begin(guest, { requestId: null, trigger: 'scheduled' });
      return true;
    },
    ask({ guestId, requestId, cures, mayTaint }) {
      const guest = present.find(guestId);
      if (guest === null || guest.byQemuGa === undefined || cures !== null) return false;
      const refuse = (problem: Parameters<TrimsHeard['refused']>[2]) =>
        void heard()
          .refused(guest, requestId, problem)
          .catch((error) => log.error({ guestId, reason: toReason(error) }, 'a request could not be refused'));
      if (has(guestId)) refuse(busy(guest.name));
      else if (guest.byQemuGa.allows.fstrim === false) refuse(forbidden(guest.name).detail);
      else void begin({ ...guest, byQemuGa: { ...guest.byQemuGa, mayTaint } }, { requestId, trigger: 'requested' });
      return true;
    },
    // qemu-ga has no way to make ext4 forget.
    canCure: () => false,
    grant({ paths, ...trim }) {
      const own = find(trim);
      if (own === null || own.isGranted) return;
      own.isGranted = true;
      void note(own, () => playHalf(deps, { own, paths, trims: heard(), forget }));
    },
    canCancel: (trim) => find(trim)?.isGranted !== true,
    cancel(trim) {
      const own = find(trim);
      if (own === null || own.isGranted) return;
      forget(own);
      const { guest, trimId } = own;
      heard()
        .refused(guest, trimId, calledOff(guest.name))
        .catch((error) => log.error({ trimId, reason: toReason(error) }, 'a trim could not be called off'));
    },
    acknowledge(trim) {
      const own = find(trim);
      if (own !== null) forget(own);
    },
  };
}
