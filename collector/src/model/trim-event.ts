import type { Problem } from '@trimtab/protocol';
import type { TrimResult } from './trim-result.ts';

/** What happens to a trim that was asked for, in the order it happens; `finished` and `refused` end it. */
export type TrimEvent =
  | { readonly event: 'requested'; readonly requestId: string; readonly guest: string }
  | { readonly event: 'intended'; readonly trimId: string; readonly mounts: readonly string[] }
  | { readonly event: 'granted'; readonly trimId: string; readonly images: readonly string[] }
  | { readonly event: 'started'; readonly trimId: string }
  | {
      readonly event: 'progress';
      readonly trimId: string;
      readonly mount: string;
      readonly index: number;
      readonly of: number;
      readonly elapsedMs: number;
      readonly issuedBytes: number | null;
    }
  | { readonly event: 'settling'; readonly trimId: string }
  /** ext4 sent nothing of what the host still holds: the guest is asked to discard everything again. */
  | { readonly event: 'again'; readonly trimId: string; readonly mounts: readonly string[] }
  | { readonly event: 'finished'; readonly trimId: string; readonly result: TrimResult }
  | { readonly event: 'refused'; readonly problem: Problem };
