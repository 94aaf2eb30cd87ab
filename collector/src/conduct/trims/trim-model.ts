import type { Intent, Inventory, Problem, RequestId, TrimId } from '@trimtab/protocol';
import type { ConnectedGuest } from '../../link/guest-links.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { DiskSample } from '../../model/sample.ts';
import type { TrimAccount } from '../../model/trim-account.ts';
import type { TrimEvent } from '../../model/trim-event.ts';
import type { TrimResult } from '../../model/trim-result.ts';
import type { OpenTrim } from '../../ports/store/open-trims.ts';

/** A guest that holds a slot and says nothing for so long has lost it; progress comes about once a second. */
export const SILENCE_MS = 120_000;

/**
 * A slot is lent for so long at most, however much is discarded. The trim may go on, and its report is taken as any
 * other.
 */
export const LONGEST_HOLD_MS = 3_600_000;

/** How often it is looked at whether a trim that has a slot discards, while others wait for it. */
export const SLOT_CHECKED_EVERY_MS = 30_000;

/** A trim that is seen not to discard for so long, or cannot be seen and has had its slot for so long, gives it up. */
export const STILL_HOLD_MS = 120_000;
export const UNSEEN_HOLD_MS = 600_000;

/** Who has neither said which trim answers a request nor refused it by then does not hear. */
export const ANSWER_TIMEOUT_MS = 60_000;

interface OfTrim {
  readonly trimId: TrimId;
  /** The trim that waits for what this one achieves, because it discards again what that one could not; else null. */
  readonly cures: TrimId | null;
}

/** What is told of a trim that is about to begin, besides which it is. */
export type Wish = Pick<Intent, 'trigger' | 'mounts' | 'requestId'>;

/** Nothing has been heard of it in this run of the collector. */
export interface Unseen extends OfTrim {
  readonly kind: 'unseen';
}

/** The images behind its mounts are looked for; then it stands in line for a slot on their pools. */
export interface WaitingForSlot extends OfTrim {
  readonly kind: 'waiting-for-slot';
  readonly guest: ConnectedGuest;
  readonly wish: Wish;
  /** Null until they are found. */
  readonly paths: readonly DiskPath[] | null;
}

/** It has its slots; the images are sampled before its first discard. */
export interface Measuring extends OfTrim {
  readonly kind: 'measuring';
  readonly guest: ConnectedGuest;
  readonly wish: Wish;
  readonly paths: readonly DiskPath[];
  readonly hasSlot: boolean;
}

/** The samples are being stored: only then may it begin. */
export interface Recording extends OfTrim {
  readonly kind: 'recording';
  readonly guest: ConnectedGuest;
  readonly wish: Wish;
  readonly paths: readonly DiskPath[];
  readonly inventory: Inventory | null;
  readonly hasSlot: boolean;
}

/** It may begin (`granted`), or has begun (`running`). */
export interface UnderWay extends OfTrim {
  readonly kind: 'granted' | 'running';
  readonly paths: readonly DiskPath[];
  /** What the guest announced just before; null for a trim that began without being granted. */
  readonly inventory: Inventory | null;
  /** False once the slot was given back: the guest fell silent, discarded nothing while others waited, or had it long. */
  readonly hasSlot: boolean;
}

/** Its report is here; the host's numbers come to rest, and what it achieved is concluded and stored. */
export interface Settling extends OfTrim {
  readonly kind: 'settling';
  readonly guest: ConnectedGuest;
  readonly report: TrimAccount;
  readonly hasSlot: boolean;
}

/** Its guest is gone without a word of how it went; what the host measures by itself is concluded and stored. */
export interface Losing extends OfTrim {
  readonly kind: 'losing';
}

/** It is stored, and found ext4 stale: whoever asked for it waits for the trim that discards everything again. */
export interface Curing extends OfTrim {
  readonly kind: 'curing';
  readonly first: TrimResult;
  /** The request for the other trim. */
  readonly requestId: RequestId;
  /** The other trim; null until the guest says which. */
  readonly by: TrimId | null;
}

/** Nothing is held for it any more, and nothing more is told of it. */
export interface Over {
  readonly kind: 'over';
}

/**
 * Where one trim stands, as the host sees it. Who carries it out (an agent, or something else in the guest) is not said
 * here.
 */
export type TrimState = Unseen | WaitingForSlot | Measuring | Recording | UnderWay | Settling | Losing | Curing | Over;

/**
 * How it is known that nobody will tell how a trim went: its QEMU runs no more, or the guest is another boot; or
 * qemu-ga was to tell, and ended or fell silent in the middle, or answered with an error, or the libvirt that had asked
 * it ended, or this collector did.
 */
export type HowLost = 'qemu-ended' | 'started-anew' | HowUntold | 'collector-started-anew';

/** The guest itself is still there. */
export type HowUntold = 'qemu-ga-ended' | 'qemu-ga-failed' | 'libvirt-ended';

/** What a guest, or the host for it, tells while its trim runs. */
export type TrimProgress = Omit<Extract<TrimEvent, { event: 'progress' }>, 'event' | 'trimId'>;

export type TrimTimer = 'silence' | 'lease' | 'slot-check' | 'answer';

export type TrimInput =
  // From the guest.
  | { readonly kind: 'intended'; readonly guest: ConnectedGuest; readonly wish: Wish; readonly isCancelled: boolean }
  | { readonly kind: 'started' }
  | { readonly kind: 'progressed'; readonly progress: TrimProgress }
  | { readonly kind: 'reported'; readonly guest: ConnectedGuest; readonly report: TrimAccount }
  /** It cannot go on with what it intended; no report will come. */
  | { readonly kind: 'gave-up'; readonly problem: Problem }
  /** It is certain that nothing of it was done, also where it was taken for running. */
  | { readonly kind: 'untrimmed'; readonly problem: Problem }
  /** It intends another trim: one runs at a time in a guest, so that this one ended without a word. */
  | { readonly kind: 'superseded' }
  | { readonly kind: 'guest-left' }
  /** The guest that it ran in is no more, and has not told how it went. */
  | { readonly kind: 'lost'; readonly open: OpenTrim; readonly how: HowLost }
  // From people.
  | { readonly kind: 'cancel-asked' }
  /** A restart of the collector came in between. */
  | { readonly kind: 'resumed' }
  // What became of an effect.
  | { readonly kind: 'paths-found'; readonly paths: readonly DiskPath[] }
  | { readonly kind: 'slot-taken'; readonly waitedMs: number }
  /** Is it to keep its slot, by what the host sees of its discards? */
  | { readonly kind: 'slot-checked'; readonly keeps: boolean }
  | {
      readonly kind: 'measured';
      readonly before: Readonly<Record<string, DiskSample>>;
      readonly inventory: Inventory | null;
    }
  | { readonly kind: 'recorded' }
  | {
      readonly kind: 'concluded';
      readonly result: TrimResult;
      /**
       * Under which request the guest can be asked to discard everything again; null when it cannot, or was asked
       * already.
       */
      readonly cureId: RequestId | null;
    }
  /** The store failed; the guest will send its report again. */
  | { readonly kind: 'not-concluded' }
  | { readonly kind: 'elapsed'; readonly timer: TrimTimer }
  // Of the trim that cures this one.
  | { readonly kind: 'cure-intended'; readonly trimId: TrimId }
  /** With what it came to; null when it came to nothing: refused, given up, not asked for. */
  | { readonly kind: 'cure-ended'; readonly result: TrimResult | null };

export type TrimEffect =
  | { readonly kind: 'find-paths'; readonly guest: ConnectedGuest; readonly mounts: readonly string[] }
  | { readonly kind: 'take-slot'; readonly pools: readonly string[] }
  /** Or leave the line for one. */
  | { readonly kind: 'give-slot-back' }
  /** Is it seen to discard, or does nobody wait? */
  | { readonly kind: 'check-slot'; readonly paths: readonly DiskPath[] }
  | {
      readonly kind: 'measure';
      readonly guest: ConnectedGuest;
      readonly paths: readonly DiskPath[];
      /** How long it stood in line: what the guest said of itself is that much older. */
      readonly waitedMs: number;
    }
  | {
      readonly kind: 'record';
      readonly guest: ConnectedGuest;
      readonly wish: Wish;
      readonly paths: readonly DiskPath[];
      readonly inventory: Inventory | null;
      readonly before: Readonly<Record<string, DiskSample>>;
    }
  | {
      readonly kind: 'grant';
      readonly guest: ConnectedGuest;
      readonly wish: Wish;
      readonly paths: readonly DiskPath[];
      readonly images: readonly string[];
    }
  /** Have the guest stop it. */
  | { readonly kind: 'cancel' }
  | {
      readonly kind: 'conclude';
      readonly guest: ConnectedGuest;
      readonly report: TrimAccount;
      /** As found before the trim; null when nobody searched. */
      readonly paths: readonly DiskPath[] | null;
      readonly inventory: Inventory | null;
    }
  | { readonly kind: 'conclude-lost'; readonly open: OpenTrim; readonly how: HowLost }
  /** It was granted, and nothing will come of it. */
  | { readonly kind: 'withdraw' }
  /** The guest may forget the report. */
  | { readonly kind: 'acknowledge' }
  /** Have these filesystems trimmed again, everything of them discarded. */
  | {
      readonly kind: 'trim-again';
      readonly guest: ConnectedGuest;
      readonly requestId: RequestId;
      readonly mounts: readonly string[];
    }
  /** What this trim came to, for the one that it cures. */
  | { readonly kind: 'pass-on'; readonly to: TrimId; readonly result: TrimResult | null }
  | { readonly kind: 'arm'; readonly timer: TrimTimer; readonly delayMs: number }
  | { readonly kind: 'disarm'; readonly timer: TrimTimer }
  /** To whoever asked for this trim, if somebody did. */
  | { readonly kind: 'tell'; readonly event: TrimEvent };

export interface TrimStep {
  readonly state: TrimState;
  readonly effects: readonly TrimEffect[];
}
