import type { AskedBy } from '../../model/asked-by.ts';
import type { ForgetQuery, Forgetting } from '../../model/forgetting.ts';
import type { GuestsQuery, GuestsView } from '../../model/status.ts';

export interface GuestsDesk {
  guests(query: GuestsQuery): Promise<GuestsView>;
  /**
   * Forgets a guest that is not connected, with its trims. Throws `unknown-guest`, `ambiguous-guest`,
   * `guest-connected`, `nothing-to-forget`.
   */
  forget(query: ForgetQuery, askedBy?: AskedBy): Promise<Forgetting>;
}
