import type { RequestId, TrimId } from '@trimtab/protocol';
import type { Hold } from '../../coordinate/slots.ts';
import type { GuestId } from '../../model/guest-id.ts';
import type { TrimState, TrimTimer } from './trim-model.ts';
import type { SlotWatch } from './watch-slot.ts';

/** A slot, with what is seen of the trim that has it. */
export interface Held {
  readonly hold: Hold;
  readonly watch: SlotWatch;
}

/** A trim's machine with what its effects have left in this process. */
export interface LiveTrim {
  readonly guestId: GuestId;
  readonly trimId: TrimId;
  state: TrimState;
  /** Its slot, or its place in the line for one. */
  slot: { readonly leave: AbortController; held: Held | null } | null;
  /** The armed ones; each call takes one back. */
  readonly timers: Map<TrimTimer, () => void>;
  /** Settles when all that its last step decided is done; null while nothing is being done. */
  doing: Promise<void> | null;
}

/**
 * The trims of which something has been heard and which are not over, each of one guest: another cannot speak for it.
 */
export function createLiveTrims() {
  const trims = new Map<GuestId, Map<TrimId, LiveTrim>>();
  const judged = new Set<string>();
  const toKey = ({ guestId, trimId }: { guestId: GuestId; trimId: TrimId }) => `${guestId} ${trimId}`;

  function ofGuest(guestId: GuestId): readonly LiveTrim[] {
    return [...(trims.get(guestId)?.values() ?? [])];
  }

  return {
    find: ({ guestId, trimId }: { guestId: GuestId; trimId: TrimId }): LiveTrim | null =>
      trims.get(guestId)?.get(trimId) ?? null,
    ofGuest,
    /** While it is found out whether it was lost, its grant is not taken back: one of the two decides. */
    async whileJudged(trim: { guestId: GuestId; trimId: TrimId }, judge: () => Promise<void>): Promise<void> {
      judged.add(toKey(trim));
      await judge().finally(() => judged.delete(toKey(trim)));
    },
    isJudged: (trim: LiveTrim): boolean => judged.has(toKey(trim)),
    /**
     * The one that waits for the trim `trimId` (null: for whichever answers) to make good under this request what it
     * could not.
     */
    findCured(wanted: { guestId: GuestId; requestId: RequestId | null; trimId: TrimId | null }): LiveTrim | null {
      const { guestId, requestId, trimId } = wanted;
      const isMeant = ({ state }: LiveTrim) =>
        state.kind === 'curing' &&
        (state.by === null ? state.requestId === requestId : state.by === trimId) &&
        state.trimId !== trimId;
      return ofGuest(guestId).find(isMeant) ?? null;
    },
    /** Of what is over, or was never heard of, nothing is kept. */
    note(trim: LiveTrim): void {
      const { guestId, trimId, state } = trim;
      const own = trims.get(guestId) ?? new Map<TrimId, LiveTrim>();
      if (state.kind !== 'unseen' && state.kind !== 'over') trims.set(guestId, own.set(trimId, trim));
      else if (own.get(trimId) === trim) own.delete(trimId);
      if (own.size === 0) trims.delete(guestId);
    },
  };
}

export type LiveTrims = ReturnType<typeof createLiveTrims>;

export function newTrim(trim: {
  readonly guestId: GuestId;
  readonly trimId: TrimId;
  readonly state: TrimState;
}): LiveTrim {
  return { ...trim, slot: null, timers: new Map(), doing: null };
}
