import type { ForesightQuery, ForesightView } from '../../model/foresight.ts';

export interface ForesightDesk {
  /** When each pool is full, or one of them with all that is told of it. Throws `unknown-pool`, `unknown-guest`,
   * `ambiguous-guest`, `guest-elsewhere`. */
  forecasts(query: ForesightQuery): Promise<ForesightView>;
}
