import type { Amendment } from '../../model/amend-trim.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { Measured } from '../../model/sample.ts';
import type { TrimAccount } from '../../model/trim-account.ts';
import type { TrimKey } from '../../model/trim-key.ts';
import type { TrimResult } from '../../model/trim-result.ts';
import type { HistoryPage, PastTrim } from '../../model/trim-summary.ts';

export interface ClosedTrim {
  readonly guestId: GuestId;
  /** Null for a trim whose guest was lost in the middle of it. */
  readonly report: TrimAccount | null;
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
  /** Only those that were stored before the one of this number (`HistoryPage.older`); null: from the newest. */
  readonly before: number | null;
}

/**
 * The trims that are over. A result bears the name that its guest has now. Every promise resolves only when its change
 * is durable. A trim is found by its guest and its id: an id is the guest's own word, and two of them may say the same.
 * Obligations, held by test/contract/store.ts: [ST1] `closeTrim` stores a trim once, however often it is called, and
 * the first result stays; [ST14] but one that was stored without a report is completed, once, by the report that still
 * comes; [ST3] closing removes the open trim in the same transaction; [ST15] without a report it keeps it instead, with
 * what was measured, for the report to be judged by; [ST4] history is in the order in which trims were stored, the
 * newest first, whatever any clock says, and is told in summaries and in pages of at most 1 MiB; [ST6] of one guest's
 * closed trims the newest 1,000 are kept: no guest can fill the host; [ST11] `amendTrim` adds what a pool regained where
 * that was not known, with its verdict and cause, once, and changes nothing else; [ST17] none of this touches another
 * guest's trim of the same id; [ST18] without a report, a trim is stored only while it is open, and of a guest that was
 * forgotten meanwhile nothing is: with a report, a Fault `unknown-guest` says so, for the report is not to be
 * acknowledged; and by test/collector/store/bounds.test.ts: [ST19] all trims together take at most as much as the store
 * was given, and those of guests that no source of this host knows an eighth of it: strangers' go first, and the oldest
 * before others. The newest trim of each disk of a guest that a source knows stays in any case; and by
 * test/collector/store/cut-history.test.ts: [ST20] where more is over a bound than one transaction lets go, the rest
 * goes in others, between which whoever asks is answered; [ST21] a trim that was asked for says by whom, as its job
 * (ports/store/jobs.ts) was stored, also when that is gone.
 */
export interface TrimsStore {
  /** The result that is stored of this trim: the given one, or the one that was there before; the given one if none. */
  closeTrim(closed: ClosedTrim): Promise<TrimResult>;
  /** The result as it is stored now; null where the trim is not there, or nothing was added. */
  amendTrim(amendment: Amendment): Promise<TrimResult | null>;
  findTrim(trim: TrimKey): Promise<TrimResult | null>;
  /** Those whose id begins so, at most `limit` of them, the one stored first before the others. */
  findTrims(wanted: { readonly beginning: string; readonly limit: number }): Promise<readonly TrimKey[]>;
  history(query: ClosedTrimsQuery): Promise<HistoryPage>;
  /** The newest of a guest, as far as they say something of the next one. */
  earlierTrims(query: { readonly guestId: GuestId; readonly limit: number }): Promise<readonly PastTrim[]>;
}
