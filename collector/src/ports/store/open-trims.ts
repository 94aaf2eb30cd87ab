import type { FilesystemResult, RequestId, Trigger } from '@trimtab/protocol';
import type { DiskPath } from '../../model/disk-path.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { Inside } from '../../model/guest-inside.ts';
import type { DiskSample, Measured } from '../../model/sample.ts';
import type { TrimKey } from '../../model/trim-key.ts';

/** A filesystem that a trim set out to trim, as the guest announced it just before. */
export type PlannedFilesystem = Pick<FilesystemResult, 'mount' | 'kind' | 'disks'>;

/** What tells whether an open trim is lost. */
export interface OpenTrimMark extends TrimKey {
  readonly grantedAt: number;
  /** Of the guest then; null if unknown, as with qemu-ga. */
  readonly bootId: string | null;
  /**
   * The mark of the guest's QEMU process then (ports/host-processes.ts); null where there is none, or none is known.
   */
  readonly process: string | null;
  /** Who was to carry it out. */
  readonly inside: Inside;
}

/** A trim that the host granted and whose report is not here. */
export interface OpenTrim extends OpenTrimMark {
  readonly guestName: string;
  readonly trigger: Trigger;
  readonly requestId: RequestId | null;
  readonly planned: readonly PlannedFilesystem[];
  /** What stands behind its disks, so that they can be measured when the guest cannot be asked any more. */
  readonly paths: readonly DiskPath[];
  /** The state of each image before the first discard, by the guest's disk name. */
  readonly before: Readonly<Record<string, DiskSample>>;
  /** The same when the guest was lost in the middle of it, for which a result is stored already; else null. */
  readonly after: Measured | null;
}

/**
 * The trims that were granted and have not been reported. Every promise resolves only when its change is durable.
 * Obligations, held by test/contract/store.ts: [ST2] an open trim survives a restart; [ST5] of one guest's open trims
 * only the newest 32 are kept, whatever the clock says: no guest can fill the host; [ST16] one that is withdrawn is gone, unless its result is
 * stored; [ST17] none of this touches another guest's trim of the same id; [ST18] of a guest that was forgotten
 * meanwhile none is opened, and a Fault `unknown-guest` says so.
 */
export interface OpenTrimsStore {
  openTrim(trim: OpenTrim): Promise<void>;
  findOpenTrim(trim: TrimKey): Promise<OpenTrim | null>;
  /**
   * Those of which nothing is stored yet, the oldest first; null: of all guests of this host. It is asked every two
   * seconds of a guest that is away: what else is kept of them is not read.
   */
  openTrims(guestId: GuestId | null): Promise<readonly OpenTrimMark[]>;
  /** There will be no report: it was given up before it began. */
  withdrawTrim(trim: TrimKey): Promise<void>;
}
