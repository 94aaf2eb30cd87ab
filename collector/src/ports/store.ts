import type { Trigger, TrimReport } from '@trimtab/protocol';
import type { DiskSample } from '../model/sample.ts';
import type { HistoryQuery, TrimResult } from '../model/trim-result.ts';

/** A trim that the host granted and has not yet heard the end of. */
export interface OpenTrim {
  readonly id: string;
  /** `GuestRecord.id`. */
  readonly guestId: string;
  readonly trigger: Trigger;
  readonly grantedAt: number;
  /** What each image looked like before the first discard, by the guest's disk name. */
  readonly before: Readonly<Record<string, DiskSample>>;
}

export interface GuestRecord {
  /** What the guest is recognised by: its product UUID, else its machine-id. */
  readonly id: string;
  readonly name: string;
  readonly agentVersion: string;
  readonly firstSeenAt: number;
  readonly lastSeenAt: number;
}

/**
 * What outlives the collector. Every promise resolves only when its change is durable. Obligations that
 * test/contract/store.ts holds every implementation to: [ST1] `closeTrim` stores a trim once, however often it is
 * called, and the first result stays; [ST2] an open trim survives a restart; [ST3] closing removes the open trim in the
 * same transaction; [ST4] history is newest first by the guest's start time; [ST5] of one guest's open trims only the
 * newest 32 are kept, and [ST6] of its closed ones the newest 1,000: no guest can fill the host.
 */
export interface Store {
  rememberGuest(guest: { id: string; name: string; agentVersion: string; seenAt: number }): Promise<void>;
  guests(): Promise<readonly GuestRecord[]>;
  openTrim(trim: OpenTrim): Promise<void>;
  findOpenTrim(id: string): Promise<OpenTrim | null>;
  /** The result stored under this id: the given one, or the one that was there before. */
  closeTrim(closed: { guestId: string; report: TrimReport; result: TrimResult; storedAt: number }): Promise<TrimResult>;
  findTrim(id: string): Promise<TrimResult | null>;
  history(query: HistoryQuery): Promise<readonly TrimResult[]>;
  close(): Promise<void>;
}
