import type { GuestId } from '../../collector/src/model/guest-id.ts';
import type { TrimResult } from '../../collector/src/model/trim-result.ts';
import type { TrimSummary } from '../../collector/src/model/trim-summary.ts';
import type { TrimsStore } from '../../collector/src/ports/store/trims.ts';

/** The newest trims of a guest; null: of all. */
export async function trimsOf(
  store: Pick<TrimsStore, 'history'>,
  { guestId, limit }: { readonly guestId: GuestId | null; readonly limit: number },
): Promise<readonly TrimSummary[]> {
  return (await store.history({ guestId, limit, before: null })).trims;
}

/** The same, each with its words. */
export async function wholeTrimsOf(
  store: Pick<TrimsStore, 'history' | 'findTrim'>,
  { guestId, limit }: { readonly guestId: GuestId; readonly limit: number },
): Promise<readonly (TrimResult | null)[]> {
  return Promise.all((await trimsOf(store, { guestId, limit })).map(({ id }) => store.findTrim({ guestId, id })));
}
