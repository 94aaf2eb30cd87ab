import type { RequestId } from '@trimtab/protocol';
import type { FaultDetail } from '@trimtab/protocol/shared';
import type { AskedBy } from '../../model/asked-by.ts';
import type { NumberedEvent } from '../../model/trim-event.ts';
import type { HistoryQuery, TrimResult } from '../../model/trim-result.ts';
import type { HistoryPage } from '../../model/trim-summary.ts';

export interface TrimRequest {
  /** A guest's name, an id of it, or the UUID of its domain. */
  readonly guest: string;
  /** Null: every filesystem that can be trimmed. */
  readonly mounts: readonly string[] | null;
  /**
   * Through qemu-ga: may libvirt be asked for what it notes on the domain ("tainted")? Only then it tells what each
   * filesystem gave up, and what QEMU counted.
   */
  readonly evenIfTainted?: boolean;
}

/** The same of many guests. */
export interface ManyTrimsRequest extends Omit<TrimRequest, 'guest'> {
  /** Each as in a TrimRequest; null: all that this host knows of. */
  readonly guests: readonly string[] | null;
}

/** Each guest stands in one of the two, once. */
export interface AskedGuests {
  readonly asked: readonly { readonly guest: string; readonly requestId: RequestId }[];
  readonly refused: readonly { readonly guest: string; readonly error: FaultDetail }[];
}

export interface WatchQuery {
  readonly requestId: RequestId;
  /** Only events with a higher number: that of the last one seen; 0: all. */
  readonly after: number;
  readonly signal: AbortSignal;
}

export interface TrimsDesk {
  /** A page of it: so many as were asked for, or fewer and where to go on. */
  history(query: HistoryQuery): Promise<HistoryPage>;
  /** By its id, or by how that begins: at least eight characters. Throws `ambiguous-trim` where several begin so. */
  findTrim(id: string): Promise<TrimResult | null>;
  /**
   * Has the guest's agent trim, or its qemu-ga where no agent of ours is there. Throws `unknown-guest`, `guest-off`,
   * `no-agent`, `ambiguous-guest`, `unknown-mount`, `whole-guest-only` and `guest-agent-…` at once. `askedBy`: the face
   * that it came over, which who serves that face says; a client cannot.
   */
  requestTrim(request: TrimRequest, askedBy?: AskedBy): Promise<{ readonly requestId: RequestId }>;
  /**
   * Of many guests at once, each as by `requestTrim`: what stands against one holds up no other, and is told beside it.
   * All that were asked are stored when this resolves.
   */
  requestTrims(request: ManyTrimsRequest, askedBy?: AskedBy): Promise<AskedGuests>;
  /** All events of a request so far and from now on; ends after `finished` or `refused`. Throws `unknown-request`. */
  watch(query: WatchQuery): AsyncIterable<NumberedEvent>;
  /** Asks the guest to stop the trim of this request. Throws `unknown-request`. */
  cancel(requestId: RequestId): Promise<void>;
}
