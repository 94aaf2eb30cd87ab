import { type Intent, stacksOf, type TrimId } from '@trimtab/protocol';
import { toReason } from '@trimtab/protocol/shared';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { Trimmer } from '../trims/agent-trimmer.ts';
import type { CarryOutDeps } from './carry-out.ts';
import { type OwnTrim, playHalf, type TrimsHeard } from './play-half.ts';
import type { PresentGuests } from './present-guests.ts';
import { busy, calledOff, forbidden, notNoted } from './qga-faults.ts';

export interface QemuGaTrimmerDeps extends CarryOutDeps {
  readonly present: PresentGuests;
  newTrimId(): TrimId;
}

export interface QemuGaTrimmer extends Trimmer {
  /** Is the trim of this guest its own? */
  has(guestId: GuestId): boolean;
  /** Whom it tells of its trims; before any is asked for. */
  openTo(trims: TrimsHeard): void;
  /** Trims a guest that is present by itself. Resolves when that is over; false when it has a trim under way. */
  trim(guest: ConnectedGuest): Promise<boolean>;
}

/**
 * Plays the guest's half of a trim for one that has qemu-ga and no agent: intent, begin, report, and the end of all that
 * when the report is stored. One trim at a time in a guest.
 */
export function createQemuGaTrimmer(deps: QemuGaTrimmerDeps): QemuGaTrimmer {
  const { log, present } = deps;
  const running = new Map<GuestId, OwnTrim>();
  let trims: TrimsHeard | null = null;

  function heard(): TrimsHeard {
    if (trims === null) throw new Error('nobody hears of the trims through qemu-ga yet');
    return trims;
  }

  const find = ({ guestId, trimId }: { guestId: GuestId; trimId: TrimId }): OwnTrim | null => {
    const own = running.get(guestId);
    return own?.trimId === trimId ? own : null;
  };

  function forget(own: OwnTrim): void {
    if (running.get(own.guest.id) !== own) return;
    running.delete(own.guest.id);
    present.letGo(own.guest.id);
    own.end();
  }

  /** What cannot be noted is told to whoever asked; what was granted is taken up again when the collector next begins. */
  async function note(own: OwnTrim, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      const reason = toReason(error);
      log.error({ guest: own.guest.name, trimId: own.trimId, reason }, 'a trim through qemu-ga could not go on');
      forget(own);
      const { guest, trimId } = own;
      await heard()
        .refused(guest, trimId, notNoted(guest.name, reason))
        .catch(() => {});
    }
  }

  function begin(guest: ConnectedGuest, about: Pick<OwnTrim, 'requestId' | 'trigger'>): Promise<void> {
    const { inventory } = guest;
    const mounts = inventory === null ? [] : stacksOf(inventory).map(({ filesystem }) => filesystem.mount);
    const { promise, resolve } = Promise.withResolvers<void>();
    const own: OwnTrim = { guest, trimId: deps.newTrimId(), ...about, mounts, isGranted: false, end: resolve };
    running.set(guest.id, own);
    present.keep(guest);
    const intent: Intent = { type: 'intent', trimId: own.trimId, mounts: [...mounts], ...about };
    void note(own, () => heard().intended(guest, intent));
    return promise;
  }

  return {
    openTo: (heardBy) => {
      trims = heardBy;
    },
    has: (guestId) => running.has(guestId),
    async trim(guest) {
      if (running.has(guest.id)) return false;
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
      if (running.has(guestId)) refuse(busy(guest.name));
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
