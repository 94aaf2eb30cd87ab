import type { LayerLimits } from '@trimtab/protocol';

/** What each of these layers says of discards now. A layer that is gone has null for all. */
export type ReadLimits = (names: readonly string[]) => Promise<readonly LayerLimits[]>;
