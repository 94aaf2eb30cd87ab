import type { TrimReport } from '@trimtab/protocol';
import type { Amendment } from '../../model/amend-trim.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { Measured } from '../../model/sample.ts';
import type { TrimKey } from '../../model/trim-key.ts';
import type { TrimResult } from '../../model/trim-result.ts';

export interface ClosedTrim {
  readonly guestId: GuestId;
  /** Null for a trim whose guest was lost in the middle of it. */
  readonly report: TrimReport | null;
  readonly result: TrimResult;
  readonly storedAt: number;
  /** What the host measured when the guest was lost; null with a report. */
  readonly after: Measured | null;
}

/** Which closed trims, the newest first. */
export interface ClosedTrimsQuery {
  /** Null: of all guests of this host. */
  readonly guestId: GuestId | null;
  readonly limit: number;
}

/**
 * The trims that are over. A result bears the name that its guest has now. Every promise resolves only when its change
 * is durable. A trim is found by its guest and its id: an id is the guest's own word, and two of them may say the same.
 * Obligations, held by test/contract/store.ts: [ST1] `closeTrim` stores a trim once, however often it is called, and
 * the first result stays; [ST14] but one that was stored without a report is completed, once, by the report that still
 * comes; [ST3] closing removes the open trim in the same transaction; [ST15] without a report it keeps it instead, with
 * what was measured, for the report to be judged by; [ST4] history is newest first by the guest's start time; [ST6] of
 * one guest's closed trims the newest 1,000 are kept: no guest can fill the host; [ST11] `amendTrim` adds what a pool
 * regained where that was not known, with its verdict and cause, once, and changes nothing else; [ST17] none of this
 * touches another guest's trim of the same id; [ST18] without a report, a trim is stored only while it is open: of a
 * guest that is forgotten meanwhile nothing is.
 */
export interface TrimsStore {
  /** The result that is stored of this trim: the given one, or the one that was there before; the given one if none. */
  closeTrim(closed: ClosedTrim): Promise<TrimResult>;
  /** The result as it is stored now; null where the trim is not there, or nothing was added. */
  amendTrim(amendment: Amendment): Promise<TrimResult | null>;
  findTrim(trim: TrimKey): Promise<TrimResult | null>;
  /** Those whose id begins so, at most `limit` of them, the one stored first before the others. */
  findTrims(wanted: { readonly beginning: string; readonly limit: number }): Promise<readonly TrimResult[]>;
  history(query: ClosedTrimsQuery): Promise<readonly TrimResult[]>;
}
