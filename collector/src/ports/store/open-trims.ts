import type { Trigger, TrimId } from '@trimtab/protocol';
import type { GuestId } from '../../model/guest-id.ts';
import type { DiskSample } from '../../model/sample.ts';

/** A trim that the host granted and has not yet heard the end of. */
export interface OpenTrim {
  readonly id: TrimId;
  /** `GuestRecord.id`. */
  readonly guestId: GuestId;
  readonly trigger: Trigger;
  readonly grantedAt: number;
  /** The state of each image before the first discard, by the guest's disk name. */
  readonly before: Readonly<Record<string, DiskSample>>;
}

/**
 * The trims that were granted and have not been reported. Every promise resolves only when its change is durable.
 * Obligations, held by test/contract/store.ts: [ST2] an open trim survives a restart; [ST5] of one guest's open trims only
 * the newest 32 are kept: no guest can fill the host.
 */
export interface OpenTrimsStore {
  openTrim(trim: OpenTrim): Promise<void>;
  findOpenTrim(id: TrimId): Promise<OpenTrim | null>;
}
