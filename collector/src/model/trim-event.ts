import type { Problem, RequestId, TrimId } from '@trimtab/protocol';
import type { TrimResult } from './trim-result.ts';

/** What the host counted on all disks of a trim since it began; null where it cannot. */
export interface SeenByHost {
  /** By QEMU's file nodes. */
  readonly passedBytes: number | null;
  /** The fall of the images' allocation. */
  readonly reclaimedBytes: number | null;
}

/** What happens to a trim that was asked for, in the order it happens; `finished` and `refused` end it. */
export type TrimEvent =
  | {
      readonly event: 'requested';
      readonly requestId: RequestId;
      readonly guest: string;
      /** Absent where its agent was there to be asked; else when it is to come, which nobody may know, and until when it
       * is waited for. UTC, ISO 8601. */
      readonly visit?: { readonly nextAt: string | null; readonly until: string };
    }
  | { readonly event: 'intended'; readonly trimId: TrimId; readonly mounts: readonly string[] }
  | { readonly event: 'granted'; readonly trimId: TrimId; readonly images: readonly string[] }
  | { readonly event: 'started'; readonly trimId: TrimId }
  | {
      readonly event: 'progress';
      readonly trimId: TrimId;
      /** The one that is being trimmed; null through qemu-ga, which does not tell. */
      readonly mount: string | null;
      readonly index: number;
      readonly of: number;
      readonly elapsedMs: number;
      /** By the guest's count, below this mount. */
      readonly issuedBytes: number | null;
      /** What was seen of it from outside; absent where an agent tells its own count. */
      readonly host?: SeenByHost;
    }
  | { readonly event: 'settling'; readonly trimId: TrimId }
  /** ext4 sent nothing of what the host still holds: the guest is asked to discard everything again. */
  | { readonly event: 'again'; readonly trimId: TrimId; readonly mounts: readonly string[] }
  | { readonly event: 'finished'; readonly trimId: TrimId; readonly result: TrimResult }
  | { readonly event: 'refused'; readonly problem: Problem };

/** An event with its place in the log of its request. */
export interface NumberedEvent {
  /**
   * From 1, one more for each, and the same after a restart of the collector. `progress` is not kept: it has the number
   * of the event that it follows, so that whoever asks for what came after that gets the newest progress again.
   */
  readonly number: number;
  readonly event: TrimEvent;
}
