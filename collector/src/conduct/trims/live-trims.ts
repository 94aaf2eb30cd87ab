import type { Inventory, TrimId } from '@trimtab/protocol';
import type { Hold } from '../../coordinate/slots.ts';
import type { DiskPath } from '../../model/disk-path.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { Clock } from '../../ports/clock.ts';

/** A guest that holds a slot and says nothing for so long has lost it; progress comes about once a second. */
const SILENCE_MS = 120_000;

/** However much it says: a slot is not for ever. The trim may go on, and its report is taken as any other. */
const LONGEST_HOLD_MS = 3_600_000;

/** A trim between intent and report, on this run of the collector. */
export interface LiveTrim {
  readonly guestId: GuestId;
  /** Aborted when the trim is over, or its guest is gone. */
  readonly signal: AbortSignal;
  paths: readonly DiskPath[];
  /** What the guest announced when it began; null before. */
  inventory: Inventory | null;
  /** Null until it has its slots. */
  hold: Hold | null;
}

interface Entry {
  readonly trim: LiveTrim;
  readonly abort: AbortController;
  leaseEndsMs: number;
  takeBack: () => void;
}

/** The trims under way, one a guest, and how long each may keep others of its pools waiting. */
export function createLiveTrims(clock: Clock) {
  const entries = new Map<TrimId, Entry>();

  function end(trimId: TrimId): void {
    const entry = entries.get(trimId);
    if (entry === undefined) return;
    entries.delete(trimId);
    entry.takeBack();
    entry.abort.abort();
    entry.trim.hold?.release();
  }

  function endAllOf(guestId: GuestId): void {
    for (const [trimId, { trim }] of entries) if (trim.guestId === guestId) end(trimId);
  }

  return {
    /** One trim at a time in a guest: a second intent means that the first has ended without a report. */
    begin(trimId: TrimId, guestId: GuestId): LiveTrim {
      endAllOf(guestId);
      const abort = new AbortController();
      const trim: LiveTrim = { guestId, signal: abort.signal, paths: [], inventory: null, hold: null };
      entries.set(trimId, { trim, abort, leaseEndsMs: clock.monotonicMs() + LONGEST_HOLD_MS, takeBack: () => {} });
      return trim;
    },
    find: (trimId: TrimId): LiveTrim | null => entries.get(trimId)?.trim ?? null,
    /** It was granted, or gave a sign of life: its slots are its own for a while longer. */
    renew(trimId: TrimId): void {
      const entry = entries.get(trimId);
      if (entry === undefined) return;
      entry.takeBack();
      const leftMs = Math.min(SILENCE_MS, entry.leaseEndsMs - clock.monotonicMs());
      entry.takeBack = leftMs > 0 ? clock.after(leftMs, () => entry.trim.hold?.release()) : () => {};
      if (leftMs <= 0) entry.trim.hold?.release();
    },
    end,
    endAllOf,
  };
}
