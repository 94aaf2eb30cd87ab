import { type RequestId, speaks, type TrimId } from '@trimtab/protocol';
import type { ConnectedGuest, GuestLinks } from '../../link/guest-links.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { GuestId } from '../../model/guest-id.ts';

interface OfGuest {
  readonly guestId: GuestId;
  readonly trimId: TrimId;
}

/** Whoever carries trims out in a guest, as the trims' conductor needs it. */
export interface Trimmer {
  /**
   * Has the guest trim these mounts (null: all it can); `cures`: the trim after which everything is to be discarded
   * again. False when it cannot be asked now: it is not asked later.
   */
  ask(request: {
    readonly guestId: GuestId;
    readonly requestId: RequestId;
    readonly mounts: readonly string[] | null;
    readonly cures: TrimId | null;
    /** libvirt may be asked for what it notes on the domain; an agent asks nobody. */
    readonly mayTaint: boolean;
  }): boolean;
  /** Does it know how to discard again what it trimmed before? */
  canCure(guest: ConnectedGuest): boolean;
  /** `paths`: what stands behind its disks. */
  grant(trim: OfGuest & { readonly paths: readonly DiskPath[] }): void;
  /** Can it be had to stop? */
  canCancel(trim: OfGuest): boolean;
  cancel(trim: OfGuest): void;
  acknowledge(trim: OfGuest): void;
}

/**
 * Our own agent. A grant or an acknowledgement that it does not hear, because it is away, it asks for again when it is
 * back: it says its intent, and sends its report, anew. That a trim was cancelled it is told when it next says
 * something of it (trims.ts). A request it does not hear it is asked again when it is back (absence/open-jobs.ts), or
 * it is told that it was not heard.
 */
export function createAgentTrimmer({ send }: Pick<GuestLinks, 'send'>): Trimmer {
  return {
    ask: ({ guestId, requestId, mounts, cures }) =>
      send(guestId, { type: 'request', requestId, mounts: mounts === null ? null : [...mounts], cures }),
    canCure: ({ wireVersion }) => speaks(wireVersion, 'cures'),
    grant: ({ guestId, trimId }) => void send(guestId, { type: 'grant', trimId }),
    canCancel: () => true,
    cancel: ({ guestId, trimId }) => void send(guestId, { type: 'cancel', trimId, reason: 'cancelled from the host' }),
    acknowledge: ({ guestId, trimId }) => void send(guestId, { type: 'acknowledged', trimId }),
  };
}
