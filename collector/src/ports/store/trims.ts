import type { TrimId, TrimReport } from '@trimtab/protocol';
import type { Amendment } from '../../model/amend-trim.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { TrimResult } from '../../model/trim-result.ts';

export interface ClosedTrim {
  readonly guestId: GuestId;
  readonly report: TrimReport;
  readonly result: TrimResult;
  readonly storedAt: number;
}

/** Which closed trims, the newest first. */
export interface ClosedTrimsQuery {
  /** Null: of all guests of this host. */
  readonly guestId: GuestId | null;
  readonly limit: number;
}

/**
 * The trims that are over. A result bears the name that its guest has now. Every promise resolves only when its change is durable. Obligations, held by
 * test/contract/store.ts: [ST1] `closeTrim` stores a trim once, however often it is called, and the first result stays;
 * [ST3] closing removes the open trim in the same transaction; [ST4] history is newest first by the guest's start time;
 * [ST6] of one guest's closed trims the newest 1,000 are kept: no guest can fill the host; [ST11] `amendTrim` adds what a pool
 * regained where that was not known, with its verdict and cause, once, and changes nothing else.
 */
export interface TrimsStore {
  /** The result stored under this id: the given one, or the one that was there before. */
  closeTrim(closed: ClosedTrim): Promise<TrimResult>;
  /** The result as it is stored now; null where the trim is not there, or nothing was added. */
  amendTrim(amendment: Amendment): Promise<TrimResult | null>;
  findTrim(id: TrimId): Promise<TrimResult | null>;
  /** Those whose id begins so, at most `limit` of them. */
  findTrims(wanted: { readonly beginning: string; readonly limit: number }): Promise<readonly TrimResult[]>;
  history(query: ClosedTrimsQuery): Promise<readonly TrimResult[]>;
}
