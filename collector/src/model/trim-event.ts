import type { Problem, RequestId, TrimId } from '@trimtab/protocol';
import type { TrimResult } from './trim-result.ts';

/** What happens to a trim that was asked for, in the order it happens; `finished` and `refused` end it. */
export type TrimEvent =
  | { readonly event: 'requested'; readonly requestId: RequestId; readonly guest: string }
  | { readonly event: 'intended'; readonly trimId: TrimId; readonly mounts: readonly string[] }
  | { readonly event: 'granted'; readonly trimId: TrimId; readonly images: readonly string[] }
  | { readonly event: 'started'; readonly trimId: TrimId }
  | {
      readonly event: 'progress';
      readonly trimId: TrimId;
      readonly mount: string;
      readonly index: number;
      readonly of: number;
      readonly elapsedMs: number;
      readonly issuedBytes: number | null;
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
